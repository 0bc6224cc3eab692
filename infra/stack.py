"""Assets and addresses → the one stack: what is kept, the stages in the order of the data's way, and the page."""

from collections.abc import Sequence

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from circletake.contracts.promotion import Promotion
from infra import stages
from infra.alarms import Alarms
from infra.assets import Assets
from infra.endpoints import Analyser
from infra.large import Large
from infra.page import Page, People
from infra.reasons import acknowledge
from infra.storage import Storage, uploader


class Circletake(Stack):
    """One company's dailies."""

    def __init__(
        self,
        scope: Construct,
        *,
        assets: Assets,
        digest_from: str,
        producers: Sequence[str],
        vendor_decoders: str,
        vendor_layer: str | None,
        analyse: str | None,
        analyse_model: Promotion | None,
        usd_per_hour: float,
    ) -> None:
        """`analyse`: the instance that the models run on, at `usd_per_hour`; None leaves analysis switched off.

        `analyse_model`: which models those are; None builds them from this checkout.
        """
        super().__init__(scope, "Circletake", description="From the camera card to the people who decide")
        acknowledge(self, "AwsSolutions-L1", "Tested up to Python 3.13, which Lambda keeps until June 2029.")
        # The CDK makes every function wait for its role by name as well as by reference.
        self.template_options.metadata = {"cfn-lint": {"config": {"ignore_checks": ["W3005"]}}}
        storage = Storage(self)
        uploader(self, storage)
        bus = events.EventBus(self, "Facts", description="What Circletake says about its footage")
        CfnOutput(self, "Bus", value=bus.event_bus_name)
        alarms = Alarms(self)
        shared = stages.Shared(
            stack=self,
            storage=storage,
            bus=bus,
            alarms=alarms,
            code=lambda_.Code.from_asset(str(assets.code)),
            dependencies=_layer(self, "Dependencies", str(assets.dependencies)),
        )
        ffmpeg = _layer(self, "Ffmpeg", str(assets.ffmpeg))
        ffprobe = _layer(self, "Ffprobe", str(assets.ffprobe))

        page = Page(shared, People(self))
        stages.receive(shared)
        stages.verify(shared)
        vendor = stages.Vendor(vendor_decoders, _given_layer(self, vendor_layer) if vendor_layer else None)
        stages.inspect(shared, ffprobe, vendor)
        stages.plan(shared, _layer(self, "Colour", str(assets.colour)))
        transcode = stages.transcode(shared, ffmpeg, ffprobe, vendor)
        Large(shared, str(assets.image)).serve(transcode)
        stages.sync(shared, ffmpeg, _layer(self, "Listening", str(assets.listening)))
        priced = stages.Priced(analyse_model.asked if analyse_model else assets.model_versions(), usd_per_hour)
        dispatch, collect = stages.dispatch(shared, priced), stages.collect(shared, priced)
        if analyse is not None:
            Analyser(shared, analyse_model or str(assets.models), analyse).serve(dispatch, collect)
        stages.compare(shared)
        stages.publish(shared)
        stages.notify(
            shared,
            digests=_digest_topic(self, alarms),
            digest_from=digest_from,
            producers=producers,
            page_url=page.url,
        )
        stages.sweep(shared)


def _layer(stack: Stack, name: str, folder: str) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        stack,
        name,
        code=lambda_.Code.from_asset(folder),
        compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
        compatible_architectures=[lambda_.Architecture.X86_64],
    )


def _given_layer(stack: Stack, arn: str) -> lambda_.ILayerVersion:
    return lambda_.LayerVersion.from_layer_version_arn(stack, "Vendor", arn)


def _digest_topic(stack: Stack, alarms: Alarms) -> sns.Topic:
    """Where digests are said, and an unfiltered queue that proves that each was."""
    topic = sns.Topic(stack, "Digests", enforce_ssl=True)
    fortnight = Duration.days(14)
    audit, undelivered = (
        sqs.Queue(
            stack,
            name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=fortnight,
        )
        for name in ("Audit", "AuditUndelivered")
    )
    acknowledge(audit, "AwsSolutions-SQS3", "A record that a person reads: nothing consumes it, so nothing fails.")
    acknowledge(undelivered, "AwsSolutions-SQS3", "It is a dead-letter queue: the subscription's.")
    alarms.when_letters_in(stack, undelivered, "A digest could not be written down.")
    topic.add_subscription(subscriptions.SqsSubscription(audit, dead_letter_queue=undelivered))
    CfnOutput(stack, "Topic", value=topic.topic_arn)
    CfnOutput(stack, "AuditQueue", value=audit.queue_url)
    CfnOutput(stack, "DigestsUndelivered", value=undelivered.queue_url)
    return topic
