"""A stage of the pipeline → its function, role, log, queue, dead letters and alarms; then each stage in one piece.

The pieces stand in the order of the way the data goes, and read as what the stage hears and what it may do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from circletake.contracts.analysis import DESCRIPTIONS
from circletake.contracts.files import NOTES
from circletake.contracts.keys import ANSWER
from infra.alarms import PERIOD, Alarms
from infra.reasons import acknowledge
from infra.storage import Storage


@dataclass(frozen=True)
class Shared:
    """What every stage stands on."""

    stack: Stack
    storage: Storage
    bus: events.EventBus
    alarms: Alarms
    code: lambda_.Code
    dependencies: lambda_.LayerVersion


@dataclass(frozen=True)
class Machine:
    """What a function runs on: memory, which buys its cores, and disk in MiB."""

    timeout: Duration
    memory: int = 512
    disk: int = 512
    layers: Sequence[lambda_.ILayerVersion] = ()


class Handler(Construct):
    """One Lambda function with a role, a log group and alarms of its own. It may do nothing until told."""

    def __init__(self, shared: Shared, name: str, machine: Machine) -> None:
        super().__init__(shared.stack, name.capitalize())
        self.shared = shared
        self.log = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.THREE_MONTHS, removal_policy=RemovalPolicy.DESTROY
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.log.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.X86_64,
            code=shared.code,
            handler=f"functions.{name}.handler.handler",
            layers=[shared.dependencies, *machine.layers],
            role=self.role,
            log_group=self.log,
            timeout=machine.timeout,
            memory_size=machine.memory,
            ephemeral_storage_size=Size.mebibytes(machine.disk),
            environment={
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_METRICS_NAMESPACE": "Circletake",
                "POWERTOOLS_LOG_LEVEL": "INFO",
            },
        )
        errors = self.function.metric_errors(period=PERIOD)
        throttles = self.function.metric_throttles(period=PERIOD)
        shared.alarms.when(self, "Errors", errors, "The function failed.")
        shared.alarms.when(self, "Throttles", throttles, "Lambda held the function back.")
        self.output("Function", self.function.function_name)
        self.output("Logs", self.log.log_group_name)

    def output(self, name: str, value: str) -> None:
        CfnOutput(self.shared.stack, f"{self.node.id}{name}", value=value)

    def knows(self, name: str, value: str) -> None:
        """One more variable in the function's environment."""
        self.function.add_environment(name, value)

    # A grant and the variable that names what is granted always come together.

    def keeps_catalogue(self, *, only_people: bool = False) -> None:
        self.knows("TABLE", self.shared.storage.table.table_name)
        self.shared.storage.grant_catalogue(self.role, only_people=only_people)

    def emits(self) -> None:
        self.knows("BUS", self.shared.bus.event_bus_name)
        self.shared.bus.grant_put_events_to(self.role)

    def reads(self, room: Literal["ingest", "work", "review"]) -> None:
        bucket: s3.Bucket = getattr(self.shared.storage, room)
        self.knows(f"{room.upper()}_BUCKET", bucket.bucket_name)
        self.shared.storage.grant_read(bucket, self.role)

    def reads_manifests(self) -> None:
        """Of the originals only manifests and the notes of uploaders: who faces the public sees no footage."""
        ingest = self.shared.storage.ingest
        self.knows("INGEST_BUCKET", ingest.bucket_name)
        self.shared.storage.grant_read_named(ingest, self.role, "*.mhl", "*/ascmhl_chain.xml", f"*/{NOTES}/*.json")

    def writes(self, room: Literal["work", "review"]) -> None:
        bucket: s3.Bucket = getattr(self.shared.storage, room)
        self.knows(f"{room.upper()}_BUCKET", bucket.bucket_name)
        self.shared.storage.grant_put(bucket, self.role)


class Stage(Handler):
    """A handler behind a queue of its own."""

    def __init__(
        self,
        shared: Shared,
        name: str,
        machine: Machine,
        *,
        batch: int = 1,
        at_once: int | None = None,
        late_after: Duration,
    ) -> None:
        """`at_once`: media work, held to so many at a time; `late_after`: when a waiting message is an alarm."""
        super().__init__(shared, name, machine)
        seconds = machine.timeout.to_seconds()
        # Six timeouts are AWS's advice against throttling. Media work is held back by `at_once` instead, so that
        # a transcode whose worker was killed comes back after one timeout, not after ninety minutes.
        self._visibility = Duration.seconds(seconds + 60 if at_once else seconds * 6)
        self._batch, self._at_once = batch, at_once
        self.queue = self.lane("", late_after=late_after)

    def lane(self, name: str, *, late_after: Duration) -> sqs.Queue:
        """A queue of this stage's with a number at once of its own, so that none waits for what stands in another."""
        dead_letters = self._queue(f"{name}DeadLetters", retention=Duration.days(14))
        queue = self._queue(
            f"{name}Queue",
            retention=Duration.days(4),
            visibility=self._visibility,
            then=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=5),
        )
        self.function.add_event_source(
            sources.SqsEventSource(
                queue, batch_size=self._batch, report_batch_item_failures=True, max_concurrency=self._at_once
            )
        )
        age, alarms = queue.metric_approximate_age_of_oldest_message(period=PERIOD), self.shared.alarms
        alarms.when(self, f"{name}Late", age, "A message waits too long.", int(late_after.to_seconds()))
        alarms.when_letters_in(self, dead_letters, "Five attempts failed; `circletake redrive` tries again.")
        self.output(f"{name}Queue", queue.queue_url)
        self.output(f"{name}DeadLetters", dead_letters.queue_url)
        return queue

    def hears(
        self, *detail_types: str, lane: str = "", queue: sqs.Queue | None = None, detail: dict[str, Any] | None = None
    ) -> None:
        """Some of our own facts or orders, of these details, into the queue of a `lane`, else the stage's first."""
        pattern = events.EventPattern(source=["circletake"], detail_type=list(detail_types), detail=detail)
        rule = events.Rule(self, f"{lane}Rule", event_bus=self.shared.bus, event_pattern=pattern)
        self.on(rule, f"{lane}Undelivered", queue)

    def on(self, rule: events.Rule, undelivered_name: str = "Undelivered", queue: sqs.Queue | None = None) -> None:
        """The rule sends to this stage's queue; what EventBridge cannot deliver there waits in a queue of its own."""
        undelivered = self._queue(undelivered_name, retention=Duration.days(14))
        acknowledge(undelivered, "AwsSolutions-SQS3", "It is a dead-letter queue: EventBridge's, for this rule.")
        rule.add_target(targets.SqsQueue(queue or self.queue, dead_letter_queue=undelivered))
        self.shared.alarms.when_letters_in(self, undelivered, "EventBridge could not deliver to the queue.")
        self.output(undelivered_name, undelivered.queue_url)

    def _queue(
        self,
        name: str,
        *,
        retention: Duration,
        visibility: Duration | None = None,
        then: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            # Not our key: events for a queue under a customer's key vanish unless the key trusts EventBridge.
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=retention,
            visibility_timeout=visibility,
            dead_letter_queue=then,
        )


def receive(shared: Shared) -> None:
    """Every object that arrives among the originals."""
    stage = Stage(shared, "receive", Machine(Duration.seconds(60)), batch=10, late_after=Duration.minutes(10))
    pattern = events.EventPattern(
        source=["aws.s3"],
        detail_type=["Object Created"],
        detail={"bucket": {"name": [shared.storage.ingest.bucket_name]}},
    )
    stage.on(events.Rule(stage, "Rule", event_pattern=pattern))
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("ingest")


def verify(shared: Shared) -> None:
    """Cards judged, and digests of originals of which S3 keeps none. It stands beside the way of the pictures."""
    stage = Stage(
        shared, "verify", Machine(Duration.seconds(900), memory=1769), at_once=20, late_after=Duration.minutes(30)
    )
    stage.hears("OffloadCompleted", "RollClosed", "JudgeCard", "JudgeProduction", "DigestFile")
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("ingest")


@dataclass(frozen=True)
class Vendor:
    """The customer's decoders of RAW: which command opens what, and the layer that holds their programs, if any."""

    decoders: str
    layer: lambda_.ILayerVersion | None


def inspect(shared: Shared, ffprobe: lambda_.LayerVersion, vendor: Vendor) -> None:
    """What is in a clip, with one whole core."""
    stage = Stage(
        shared,
        "inspect",
        Machine(Duration.seconds(300), memory=1769, disk=10240, layers=[ffprobe]),
        at_once=20,
        late_after=Duration.minutes(30),
    )
    stage.hears("ClipReceived", "ReadSound")
    stage.knows("FFPROBE", "/opt/bin/ffprobe")
    stage.knows("VENDOR_DECODERS", vendor.decoders)
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("ingest")


def plan(shared: Shared, colour: lambda_.LayerVersion) -> None:
    """What is made of each clip: the recipe, its look, its route."""
    stage = Stage(
        shared,
        "plan",
        Machine(Duration.seconds(300), memory=1769, layers=[colour]),
        at_once=20,
        late_after=Duration.minutes(30),
    )
    stage.hears("PlanClip", "ReadLook", "LookChanged", "DayChanged", "RollClosed")
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("ingest")
    stage.reads("work")  # whether a look was baked before
    stage.writes("work")


#: An order for a clip is circled; one for a piece of a clip holds that order.
_CIRCLED = {"$or": [{"circled": [True]}, {"order": {"circled": [True]}}]}
#: What was ordered before there were circles does not say.
_SAYS_NOT = [False, {"exists": False}]
_OTHERS = {"circled": _SAYS_NOT, "order": {"circled": _SAYS_NOT}}


def transcode(shared: Shared, ffmpeg: lambda_.LayerVersion, ffprobe: lambda_.LayerVersion, vendor: Vendor) -> Stage:
    """One decode, every output. Four cores: the decoder, the scaler, x264 and FFV1 each keep one busy.

    Circled takes have a lane of their own: what a director waits for stands behind no card.
    """
    stage = Stage(
        shared,
        "transcode",
        Machine(
            Duration.seconds(900),
            memory=7076,
            disk=10240,
            layers=[ffmpeg, ffprobe, *([vendor.layer] if vendor.layer else [])],
        ),
        at_once=20,
        late_after=Duration.hours(1),
    )
    orders = ("TranscodeClip", "DecodeRaw", "TranscodeSegment", "SegmentTranscoded", "AssembleClip")
    stage.hears(*orders, detail=_OTHERS)
    circled = stage.lane("Circled", late_after=Duration.minutes(30))
    stage.hears(*orders, lane="Circled", queue=circled, detail=_CIRCLED)
    stage.knows("VENDOR_DECODERS", vendor.decoders)
    stage.knows("FFMPEG", "/opt/bin/ffmpeg")
    stage.knows("FFPROBE", "/opt/bin/ffprobe")
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("ingest")
    stage.reads("work")  # looks, and the pieces of clips
    stage.writes("work")
    return stage


def sync(shared: Shared, ffmpeg: lambda_.LayerVersion, listening: lambda_.LayerVersion) -> None:
    """Where in the recorder's files a clip's own sound lies, with one whole core."""
    stage = Stage(
        shared,
        "sync",
        Machine(Duration.seconds(900), memory=1769, disk=10240, layers=[ffmpeg, listening]),
        at_once=20,
        late_after=Duration.hours(1),
    )
    stage.hears("LocateSound")
    stage.knows("FFMPEG", "/opt/bin/ffmpeg")
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("ingest")


#: What tells people apart, and where: all that is ever erased.
TELLING = (f"*/{ANSWER}", f"*/{DESCRIPTIONS}", "*/references/*")


@dataclass(frozen=True)
class Priced:
    """Which models answer, as `models/versions.json` has it, and what an hour of their machine costs."""

    models: str
    usd_per_hour: float

    @property
    def micro_usd_per_s(self) -> str:
        return str(round(self.usd_per_hour * 1e6 / 3600))


def dispatch(shared: Shared, priced: Priced) -> Stage:
    """What each clip is asked, of which model, and whether there is money for it."""
    stage = Stage(shared, "dispatch", Machine(Duration.seconds(120)), batch=10, late_after=Duration.minutes(30))
    stage.hears("ProxiesReady", "AnalyseClip", "AnalyseAgain", "CastListed", "EnrolReference")
    # Switched on by `Analyser.serve`.
    stage.knows("ENDPOINT", "")
    stage.knows("MODELS", priced.models)
    stage.knows("MICRO_USD_PER_S", priced.micro_usd_per_s)
    stage.keeps_catalogue()
    stage.emits()
    stage.knows("WORK_BUCKET", shared.storage.work.bucket_name)
    # The endpoint reads the media with rights of its own; who asks sees whether it is there, and lays out pictures of
    # references.
    shared.storage.grant_list(shared.storage.work, stage.role)
    shared.storage.grant_put(shared.storage.work, stage.role, name="*/references/*")
    return stage


def collect(shared: Shared, priced: Priced) -> Stage:
    """What the models answered, checked before anybody believes it."""
    stage = Stage(
        shared, "collect", Machine(Duration.seconds(120), memory=1769), batch=10, late_after=Duration.minutes(30)
    )
    stage.hears("CollectAnswer")
    stage.knows("MICRO_USD_PER_S", priced.micro_usd_per_s)
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("work")
    stage.writes("work")
    shared.storage.grant_erase(shared.storage.work, stage.role, *TELLING)
    return stage


def compare(shared: Shared) -> None:
    """Faces against the likenesses of those who consented; and what is erased when they do not any more."""
    stage = Stage(shared, "compare", Machine(Duration.seconds(120)), batch=10, late_after=Duration.minutes(30))
    stage.hears("AnalysisCompleted", "CastListed", "EraseCharacter")
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("work")
    shared.storage.grant_erase(shared.storage.work, stage.role, *TELLING)


def publish(shared: Shared) -> None:
    """The only writer of the review bucket."""
    # One whole core: what can be searched for in a production is written as one object.
    machine = Machine(Duration.seconds(300), memory=1769)
    stage = Stage(shared, "publish", machine, batch=10, late_after=Duration.minutes(30))
    stage.hears("ProxiesReady", "AnalysisCompleted", "LookChanged", "IndexProduction")
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("work")
    stage.writes("review")


def notify(shared: Shared, *, digests: sns.Topic, digest_from: str, producers: Sequence[str], page_url: str) -> None:
    """One digest for each closing of a roll, and damage to a released card at once, by e-mail and to the topic."""
    # One whole core: what a digest says of its day is folded, long papers and all.
    machine = Machine(Duration.seconds(90), memory=1769)
    stage = Stage(shared, "notify", machine, batch=10, late_after=Duration.minutes(10))
    stage.hears("RollClosed", "CardStatusChanged", "BudgetReached")
    damaged = cloudwatch.Metric(
        namespace="Circletake",
        metric_name="DamagedAfterRelease",
        dimensions_map={"service": "notify"},
        statistic="Sum",
        period=PERIOD,
    )
    shared.alarms.when(stage, "Damaged", damaged, "A card that was released for formatting is damaged.")
    stage.knows("TOPIC", digests.topic_arn)
    stage.knows("DIGEST_FROM", digest_from)
    stage.knows("DIGEST_TO", ",".join(producers))
    stage.knows("PAGE_URL", page_url)
    stage.keeps_catalogue()
    stage.emits()
    digests.grant_publish(stage.role)
    # SES asks for the identity that is verified: the address itself, or its domain.
    identities = (digest_from, digest_from.rpartition("@")[2])
    stage.role.add_to_policy(
        iam.PolicyStatement(
            actions=["ses:SendEmail"],
            resources=[
                shared.stack.format_arn(service="ses", resource="identity", resource_name=identity)
                for identity in identities
            ],
            # If it exists: SES always gives the address, the laptop's engine never does.
            conditions={"StringEqualsIfExists": {"ses:FromAddress": digest_from}},
        )
    )


def sweep(shared: Shared) -> None:
    """Every minute: what has not reached its end, what was not said."""
    stage = Stage(shared, "sweep", Machine(Duration.seconds(120)), late_after=Duration.minutes(10))
    stage.on(events.Rule(stage, "Rule", schedule=events.Schedule.rate(Duration.minutes(1))))
    stage.keeps_catalogue()
    stage.emits()
    stage.reads("ingest")
