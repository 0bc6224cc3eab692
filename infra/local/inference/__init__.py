"""SageMaker's asynchronous endpoints on a laptop: the same wire, queue, limits, scaling and messages.

handed_over  the template's resources → parameters that survive the engine (pure)
settings     what the deployed template says of an endpoint
wire         a request as boto3 sends it → an invocation; what is answered and told
endpoint     one endpoint: its queue, and as many instances as its scaling wants
scaling      minutes of metrics → how many instances (pure)
instance     one model server, as a process
working      one invocation → its answer or its failure, stored and told
__main__     the process that the studio starts

Behind it are real model servers. Reading, writing and telling are done as the endpoint's own role, so a right that it
lacks shows. Who may invoke is not asked here: `sagemaker:InvokeEndpointAsync` is asserted on the template.
"""
