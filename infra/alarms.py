"""What the operators are told. They subscribe to the topic themselves."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

#: How long each metric is gathered before it is looked at.
PERIOD = Duration.minutes(5)


class Alarms(Construct):
    """One topic for every alarm of the stack."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack, "Alarms")
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        # The policy that `enforce_ssl` makes replaces the default one, which let CloudWatch in.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisAccount",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            )
        )
        CfnOutput(stack, "AlarmTopic", value=self.topic.topic_arn)

    def when(self, scope: Construct, name: str, metric: cloudwatch.Metric, meaning: str, threshold: int = 1) -> None:
        """Tell when the metric reaches the threshold. No data is no alarm: an idle stack is healthy."""
        alarm = cloudwatch.Alarm(
            scope,
            name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{scope.node.id}: {meaning}",
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))

    def when_letters_in(self, scope: Construct, queue: sqs.Queue, meaning: str) -> None:
        """Tell when anything lies in a queue that should be empty."""
        depth = queue.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum")
        self.when(scope, f"{queue.node.id}Alarm", depth, meaning)
