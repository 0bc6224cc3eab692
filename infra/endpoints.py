"""The model server's image → the GPU endpoint that analyses: off until it is enabled, scaled to zero when idle.

What is asked waits in the endpoint's own queue; answers and failures are objects in the work bucket, told of by topics.
https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
"""

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from circletake.contracts.keys import ANSWER
from circletake.contracts.promotion import Promotion
from infra.alarms import PERIOD
from infra.containers import Built, Container, Promoted
from infra.reasons import acknowledge
from infra.stages import Shared, Stage

#: What is asked at once of one instance: while the GPU looks at one clip, the processor decodes the next.
AT_ONCE = 2
MAX_INSTANCES = 4
#: Waiting and asked, for each instance: two minutes of work at some ten seconds a clip. More, and another one starts.
BACKLOG = 12.0
#: An instance takes minutes to start and to load its weights: no second one is started for the same backlog.
SCALE_OUT_COOLDOWN = Duration.minutes(5)
#: Clips of a card come minutes apart; AWS waits for 15 quiet minutes before it comes to this at all.
SCALE_IN_COOLDOWN = Duration.minutes(5)
#: The weights are in the image, which is gigabytes; each is tested before the server says that it is ready.
READY_WITHIN = Duration.minutes(15)
#: The image's CUDA is 12, which a driver from 525 on runs; the one that SageMaker takes unasked knows CUDA 11.
#: https://docs.aws.amazon.com/sagemaker/latest/dg/inference-gpu-drivers.html
DRIVER = "al2-ami-sagemaker-inference-gpu-3-1"
#: An hour is what a question may wait (`TTL_S` in circletake/cloud/inference.py).
LATE_AFTER = Duration.minutes(30)
FAILURES = "failures/"
_VARIANT = "all"
_METRICS = "AWS/SageMaker"


class Analyser(Construct):
    """The endpoint, and what it tells. Idle it costs what its alarms cost; `shared.storage.work` holds all it reads."""

    def __init__(self, shared: Shared, image: str | Promotion, instance: str) -> None:
        """`image`: the folder that the container is built from, for a GPU or not, or a version that was promoted;
        `instance`: such as ml.g5.xlarge.
        """
        super().__init__(shared.stack, "Analyser")
        self.shared = shared
        self.endpoint_name = f"{shared.stack.stack_name}-analyse"
        self.success, self.error = (
            sns.Topic(self, name, master_key=shared.storage.key, enforce_ssl=True) for name in ("Success", "Error")
        )
        # Made here, or SageMaker would make one that is kept for ever.
        self.log = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/sagemaker/Endpoints/{self.endpoint_name}",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        container = (
            Promoted(self, image) if isinstance(image, Promotion) else Built(self, image, gpu=_has_gpu(instance))
        )
        self.role = self._role(container)
        self.endpoint = self._endpoint(container, instance)
        self._scale()
        self._alarms()
        CfnOutput(shared.stack, "AnalyserEndpoint", value=self.endpoint.attr_endpoint_name)
        CfnOutput(shared.stack, "AnalyserLogs", value=self.log.log_group_name)

    def serve(self, dispatch: Stage, collect: Stage) -> None:
        """`dispatch` may ask; `collect` hears of every answer and of every failure, each as SageMaker wrote it."""
        dispatch.knows("ENDPOINT", self.endpoint.attr_endpoint_name)
        dispatch.role.add_to_policy(
            iam.PolicyStatement(actions=["sagemaker:InvokeEndpointAsync"], resources=[self.endpoint.ref])
        )
        undelivered = sqs.Queue(
            self,
            "Undelivered",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        acknowledge(undelivered, "AwsSolutions-SQS3", "It is a dead-letter queue: SNS's, for what collect never got.")
        self.shared.alarms.when_letters_in(self, undelivered, "SNS could not deliver an answer; sweep looks for it.")
        CfnOutput(self.shared.stack, "AnalyserUndelivered", value=undelivered.queue_url)
        for topic in (self.success, self.error):
            topic.add_subscription(
                subscriptions.SqsSubscription(collect.queue, raw_message_delivery=True, dead_letter_queue=undelivered)
            )

    def _endpoint(self, container: Container, instance: str) -> sagemaker.CfnEndpoint:
        work = self.shared.storage.work
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=self.role.role_arn,
            enable_network_isolation=True,
            primary_container=container.definition,
        )
        model.node.add_dependency(self.role)  # with its policy, or the image cannot be fetched
        variant = sagemaker.CfnEndpointConfig.ProductionVariantProperty(
            variant_name=_VARIANT,
            model_name=model.attr_model_name,
            instance_type=instance,
            inference_ami_version=DRIVER if _has_gpu(instance) else None,
            initial_instance_count=1,  # SageMaker takes no zero here; it goes when nothing was asked for a while
            initial_variant_weight=1,
            container_startup_health_check_timeout_in_seconds=READY_WITHIN.to_seconds(),
        )
        # No key for the disk: SageMaker refuses one for instances with an NVMe disk, which is encrypted by itself.
        configuration = sagemaker.CfnEndpointConfig(
            self,
            "Configuration",
            production_variants=[variant],
            async_inference_config=sagemaker.CfnEndpointConfig.AsyncInferenceConfigProperty(
                client_config=sagemaker.CfnEndpointConfig.AsyncInferenceClientConfigProperty(
                    max_concurrent_invocations_per_instance=AT_ONCE
                ),
                output_config=sagemaker.CfnEndpointConfig.AsyncInferenceOutputConfigProperty(
                    s3_output_path=work.s3_url_for_object(),
                    s3_failure_path=work.s3_url_for_object(FAILURES),
                    kms_key_id=self.shared.storage.key.key_arn,
                    notification_config=sagemaker.CfnEndpointConfig.AsyncInferenceNotificationConfigProperty(
                        success_topic=self.success.topic_arn, error_topic=self.error.topic_arn
                    ),
                ),
            ),
        )
        endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.endpoint_name,
            endpoint_config_name=configuration.attr_endpoint_config_name,
            # A deployment must not wake what sleeps: the number of instances is the scaling's to say.
            retain_all_variant_properties=True,
        )
        endpoint.node.add_dependency(self.log)
        return endpoint

    def _role(self, container: Container) -> iam.Role:
        """What SageMaker may do beside the container, which itself reaches nothing: fetch, answer, tell."""
        storage = self.shared.storage
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        storage.grant_read(storage.work, role)
        storage.grant_put(storage.work, role, name=f"*/{ANSWER}")
        storage.grant_put(storage.work, role, prefix=FAILURES)
        role.add_to_policy(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[self.success.topic_arn, self.error.topic_arn])
        )
        self.log.grant(role, "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")
        container.grant_fetch(role)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": [_METRICS, "/aws/sagemaker/Endpoints"]}},
            )
        )
        acknowledge(role, "AwsSolutions-IAM5[Resource::*]", "ECR's login and CloudWatch's metrics take no resource.")
        return role

    def _scale(self) -> None:
        """To zero and from zero. Without an instance there is no backlog per instance: an alarm starts the first.

        https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html
        """
        service, dimension = "sagemaker", "sagemaker:variant:DesiredInstanceCount"
        # Not the CDK's own construct, which makes a role: SageMaker's scaling brings one of its own.
        target = scaling.CfnScalableTarget(
            self,
            "Instances",
            service_namespace=service,
            scalable_dimension=dimension,
            resource_id=f"endpoint/{self.endpoint.attr_endpoint_name}/variant/{_VARIANT}",
            min_capacity=0,
            max_capacity=MAX_INSTANCES,
        )
        scalable = scaling.ScalableTarget.from_scalable_target_attributes(
            self,
            "Scalable",
            scalable_target_id=target.attr_id,
            scalable_dimension=dimension,
            service_namespace=service,
        )
        scaling.TargetTrackingScalingPolicy(
            self,
            "Backlog",
            scaling_target=scalable,
            custom_metric=self._metric("ApproximateBacklogSizePerInstance", "Average"),
            target_value=BACKLOG,
            scale_out_cooldown=SCALE_OUT_COOLDOWN,
            scale_in_cooldown=SCALE_IN_COOLDOWN,
        )
        first = scaling.StepScalingAction(
            self,
            "First",
            scaling_target=scalable,
            adjustment_type=scaling.AdjustmentType.CHANGE_IN_CAPACITY,
            cooldown=SCALE_OUT_COOLDOWN,
            metric_aggregation_type=scaling.MetricAggregationType.MAXIMUM,
        )
        first.add_adjustment(adjustment=1, lower_bound=0)
        waiting = cloudwatch.Alarm(
            self,
            "HasBacklogWithoutCapacity",
            metric=self._metric("HasBacklogWithoutCapacity", "Maximum"),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="Something was asked and there is no instance: the first one is started.",
        )
        waiting.add_alarm_action(actions.ApplicationScalingAction(first))

    def _alarms(self) -> None:
        """What operators are told: that nothing is worked on, and that nobody is told of what was."""
        late, untold = (
            self._metric("ApproximateAgeOfOldestRequest", "Maximum", PERIOD),
            self._metric("NotificationFailures", "Sum", PERIOD, VariantName=_VARIANT),
        )
        self.shared.alarms.when(self, "Late", late, "A question waits too long.", int(LATE_AFTER.to_seconds()))
        self.shared.alarms.when(self, "Untold", untold, "The endpoint could not tell of an answer.")

    def _metric(
        self, name: str, statistic: str, period: Duration | None = None, **dimensions: str
    ) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=_METRICS,
            metric_name=name,
            dimensions_map={"EndpointName": self.endpoint.attr_endpoint_name, **dimensions},
            statistic=statistic,
            period=period or Duration.minutes(1),
        )


def _has_gpu(instance: str) -> bool:
    """Whether it is of a family with NVIDIA's GPUs: ml.g5.xlarge, ml.p4d.24xlarge."""
    return instance.startswith(("ml.g", "ml.p"))
