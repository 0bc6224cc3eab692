"""Clips that are too large for Lambda: the same code as `transcode`, as a job of AWS Batch on Fargate."""

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.reasons import acknowledge
from infra.stages import Shared, Stage

#: What Fargate sells: 16 cores with 32 GB, and at most 200 GiB of disk.
CORES, MEMORY, DISK = 16, Size.gibibytes(32), Size.gibibytes(200)
AT_ONCE = 4
#: Ten hours of UHD ProRes, which is more than the disk holds, take less.
TIMEOUT = Duration.hours(24)


class Large(Construct):
    """A queue of jobs, and what they run in. Idle it costs nothing: no NAT, and no machine that waits."""

    def __init__(self, shared: Shared, image: str) -> None:
        super().__init__(shared.stack, "Large")
        network = self._network()
        environment = batch.FargateComputeEnvironment(
            self,
            "Machines",
            vpc=network,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            security_groups=[
                ec2.SecurityGroup(self, "Closed", vpc=network, description="Nothing comes in: jobs only ask")
            ],
            maxv_cpus=CORES * AT_ONCE,
        )
        ordered = batch.OrderedComputeEnvironment(compute_environment=environment, order=1)
        self.queue = batch.JobQueue(self, "Queue", compute_environments=[ordered])
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        execution = iam.Role(self, "Execution", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        log = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.THREE_MONTHS, removal_policy=RemovalPolicy.DESTROY
        )
        self.job = batch.EcsJobDefinition(
            self,
            "Job",
            timeout=TIMEOUT,
            # Whoever dies is ordered again by `sweep`, which also counts.
            retry_attempts=1,
            container=batch.EcsFargateContainerDefinition(
                self,
                "Container",
                image=ecs.ContainerImage.from_asset(image),
                cpu=CORES,
                memory=MEMORY,
                ephemeral_storage_size=DISK,
                assign_public_ip=True,
                job_role=self.role,
                execution_role=execution,
                logging=ecs.LogDriver.aws_logs(stream_prefix="large", log_group=log),
            ),
        )
        self._grant(shared, execution)
        CfnOutput(shared.stack, "LargeLogs", value=log.log_group_name)

    def serve(self, stage: Stage) -> None:
        """The stage may order jobs, and hears of those that failed."""
        stage.knows("BATCH_QUEUE", self.queue.job_queue_arn)
        stage.knows("BATCH_JOB", self.job.job_definition_arn)
        stage.role.add_to_policy(
            iam.PolicyStatement(
                actions=["batch:SubmitJob"], resources=[self.queue.job_queue_arn, self.job.job_definition_arn]
            )
        )
        failed = {"jobQueue": [self.queue.job_queue_arn], "status": ["FAILED"]}
        pattern = events.EventPattern(source=["aws.batch"], detail_type=["Batch Job State Change"], detail=failed)
        stage.on(events.Rule(stage, "FailedRule", event_pattern=pattern), "FailedUndelivered")

    def _network(self) -> ec2.Vpc:
        """Public subnets alone: what goes to S3 and DynamoDB stays inside by their gateways."""
        network = ec2.Vpc(
            self,
            "Network",
            max_azs=2,
            nat_gateways=0,
            subnet_configuration=[ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)],
            restrict_default_security_group=False,
        )
        network.add_gateway_endpoint("Objects", service=ec2.GatewayVpcEndpointAwsService.S3)
        network.add_gateway_endpoint("Rows", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
        acknowledge(network, "AwsSolutions-VPC7", "Nothing listens in it; what jobs did stands in their own log.")
        return network

    def _grant(self, shared: Shared, execution: iam.Role) -> None:
        storage = shared.storage
        storage.grant_catalogue(self.role)
        shared.bus.grant_put_events_to(self.role)
        storage.grant_read(storage.ingest, self.role)
        storage.grant_read(storage.work, self.role)
        storage.grant_put(storage.work, self.role)
        acknowledge(execution, "AwsSolutions-IAM5[Resource::*]", "ECR's login takes no resource.")
