"""Rules, queues, dead letters and alarms: nothing that was said is lost in silence."""

from typing import Any

import pytest

from circletake.cloud.deployment import DEAD_LETTERS
from tests.infra.template import LANES, Properties, Template, denies_plain_http, listed, logical, walk

DAY = 24 * 60 * 60
#: Functions that work for minutes on one message, and are held to a number at once.
LONG = ("verify", "inspect", "plan", "transcode", "sync")
HEARS = {
    "verify": ["OffloadCompleted", "RollClosed", "JudgeCard", "JudgeProduction", "DigestFile"],
    "inspect": ["ClipReceived", "ReadSound"],
    "plan": ["PlanClip", "ReadLook", "LookChanged", "DayChanged", "RollClosed"],
    "transcode": ["TranscodeClip", "DecodeRaw", "TranscodeSegment", "SegmentTranscoded", "AssembleClip"],
    "sync": ["LocateSound"],
    "dispatch": ["ProxiesReady", "AnalyseClip", "AnalyseAgain", "CastListed", "EnrolReference"],
    "collect": ["CollectAnswer"],
    "compare": ["AnalysisCompleted", "CastListed", "EraseCharacter"],
    "publish": ["ProxiesReady", "AnalysisCompleted", "LookChanged", "IndexProduction"],
    "notify": ["RollClosed", "CardStatusChanged", "BudgetReached"],
}
BATCH = {
    **{"receive": 10, "verify": 1, "inspect": 1, "plan": 1, "transcode": 1, "sync": 1},
    **{"dispatch": 10, "collect": 10, "compare": 10, "publish": 10, "notify": 10, "sweep": 1},
}


#: What an order says of its clip: whether it is circled; orders of before there were circles say nothing.
CIRCLED = {"$or": [{"circled": [True]}, {"order": {"circled": [True]}}]}
OTHERS = {"circled": [False, {"exists": False}]}
DETAIL = {"Transcode": {**OTHERS, "order": OTHERS}, "TranscodeCircled": CIRCLED}


def queue_of(template: Template, lane: str, kind: str = "Queue") -> Properties:
    return template.all("SQS::Queue")[template.named(f"{lane}{kind}")]


def watched(template: Template) -> set[tuple[str, str]]:
    """Every (metric, logical name of the queue or function) that an alarm looks at."""
    return {
        (alarm["MetricName"], logical_of(dimension["Value"]))
        for alarm in template.all("CloudWatch::Alarm").values()
        for dimension in alarm["Dimensions"]
        if alarm["Namespace"] != "Circletake"
    }


def logical_of(value: Any) -> str:
    return logical(value)


def test_every_queue_is_encrypted_by_sqs_itself_and_refuses_plain_http(template: Template) -> None:
    for name, queue in template.all("SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, name
        assert "KmsMasterKeyId" not in queue, name
        assert denies_plain_http(template.policies_of("SQS::QueuePolicy", "Queues", name)), name


@pytest.mark.parametrize("lane", LANES)
def test_a_message_that_fails_five_times_waits_a_fortnight_for_a_person(template: Template, lane: str) -> None:
    queue = queue_of(template, lane)
    dead_letters = template.named(f"{lane}DeadLetters")
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert logical(queue["RedrivePolicy"]["deadLetterTargetArn"]) == dead_letters
    assert queue["MessageRetentionPeriod"] == 4 * DAY
    assert template.all("SQS::Queue")[dead_letters]["MessageRetentionPeriod"] == 14 * DAY


@pytest.mark.parametrize("lane", LANES)
def test_what_eventbridge_cannot_deliver_has_a_queue_of_its_own(template: Template, lane: str) -> None:
    (target,) = template.rules[lane]["Targets"]
    undelivered = logical(target["DeadLetterConfig"]["Arn"])
    assert undelivered == template.named(f"{lane}Undelivered")
    assert template.all("SQS::Queue")[undelivered]["MessageRetentionPeriod"] == 14 * DAY


def test_redrive_reaches_every_queue_in_which_something_was_given_up(template: Template) -> None:
    reached = {
        template.named(letters): template.named(queue)
        for of in DEAD_LETTERS.values()
        for letters, queue in of.items()
        if letters in template.outputs
    }
    assert reached == template.dead_letters


@pytest.mark.parametrize("kind", ["Queue", "Undelivered"])
@pytest.mark.parametrize("lane", LANES)
def test_only_the_rule_may_send_to_the_queues_of_a_stage(template: Template, lane: str, kind: str) -> None:
    name = template.named(f"{lane}{kind}")
    statements = template.policies_of("SQS::QueuePolicy", "Queues", name)
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    for each in allowed:
        assert each["Principal"] == {"Service": "events.amazonaws.com"}
        assert "sqs:SendMessage" in listed(each["Action"])
    rules = [
        template.all("Events::Rule")[logical(source)]
        for each in allowed
        for condition in each["Condition"].values()
        for source in condition.values()
    ]
    told_of_failed_jobs = [template.failed_jobs] if (lane, kind) == ("Transcode", "Queue") else []
    assert rules == [template.rules[lane], *told_of_failed_jobs]


@pytest.mark.parametrize("lane", [lane for lane, function in LANES.items() if function in LONG])
def test_long_work_comes_back_a_minute_after_its_timeout_and_is_held_to_a_number(template: Template, lane: str) -> None:
    queue, mapping = queue_of(template, lane), template.mapping(lane)
    assert queue["VisibilityTimeout"] == template.function(LANES[lane])["Timeout"] + 60
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 20}


@pytest.mark.parametrize("lane", [lane for lane, function in LANES.items() if function not in LONG])
def test_other_messages_hide_for_six_timeouts(template: Template, lane: str) -> None:
    assert queue_of(template, lane)["VisibilityTimeout"] == 6 * template.function(LANES[lane])["Timeout"]


@pytest.mark.parametrize("lane", LANES)
def test_a_batch_reports_which_of_its_messages_failed(template: Template, lane: str) -> None:
    mapping = template.mapping(lane)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == BATCH[LANES[lane]]


@pytest.mark.parametrize("lane", [lane for lane, function in LANES.items() if function in HEARS])
def test_a_stage_hears_these_of_our_facts_on_our_bus(template: Template, lane: str) -> None:
    rule = template.rules[lane]
    detail = {"detail": DETAIL[lane]} if lane in DETAIL else {}
    assert rule["EventPattern"] == {"source": ["circletake"], "detail-type": HEARS[LANES[lane]], **detail}
    assert logical(rule["EventBusName"]) == template.named("Bus")
    assert rule["State"] == "ENABLED"


def fits(detail: Properties, pattern: Properties) -> bool:
    """As EventBridge compares: each leaf with what it may be, a missing one only with `exists`."""
    for name, wanted in pattern.items():
        if name == "$or":
            there = any(fits(detail, each) for each in wanted)
        elif isinstance(wanted, dict):
            there = fits(detail.get(name, {}), wanted)
        else:
            there = detail[name] in wanted if name in detail else {"exists": False} in wanted
        if not there:
            return False
    return True


@pytest.mark.parametrize(
    ("detail", "lane"),
    [
        ({"circled": True}, "TranscodeCircled"),
        ({"circled": False}, "Transcode"),
        ({"order": {"circled": True}, "piece": {}}, "TranscodeCircled"),
        ({"order": {"circled": False}, "pieces": 3}, "Transcode"),
        # Said before there were circles, and said again now.
        ({"clip": {}}, "Transcode"),
        ({"order": {"clip": {}}}, "Transcode"),
    ],
)
def test_each_order_to_transcode_goes_into_one_lane(template: Template, detail: Properties, lane: str) -> None:
    patterns = {name: template.rules[name]["EventPattern"]["detail"] for name in ("Transcode", "TranscodeCircled")}
    assert [name for name, pattern in patterns.items() if fits(detail, pattern)] == [lane]


def test_receive_hears_of_every_object_among_the_originals_on_the_default_bus(template: Template) -> None:
    rule = template.rules["Receive"]
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [{"Ref": template.named("IngestBucket")}]}},
    }
    assert "EventBusName" not in rule


def test_sweep_runs_every_minute(template: Template) -> None:
    assert template.rules["Sweep"]["ScheduleExpression"] == "rate(1 minute)"


def test_every_rule_has_one_target_and_every_lane_one_rule(template: Template) -> None:
    assert sorted(template.rules) == sorted(LANES)
    assert all(len(rule["Targets"]) == 1 for rule in template.all("Events::Rule").values())


@pytest.mark.parametrize("lane", LANES)
def test_a_stage_that_is_late_or_leaves_letters_behind_is_an_alarm(template: Template, lane: str) -> None:
    depth = "ApproximateNumberOfMessagesVisible"
    wanted = {
        ("ApproximateAgeOfOldestMessage", template.named(f"{lane}Queue")),
        (depth, template.named(f"{lane}DeadLetters")),
        (depth, template.named(f"{lane}Undelivered")),
    }
    assert wanted <= watched(template)


def test_a_function_that_fails_or_is_held_back_is_an_alarm(template: Template) -> None:
    for function in template.all("Lambda::Function"):
        assert {("Errors", function), ("Throttles", function)} <= watched(template)


def test_a_digest_that_reached_no_queue_is_an_alarm(template: Template) -> None:
    (subscription,) = template.all("SNS::Subscription").values()
    undelivered = logical(subscription["RedrivePolicy"]["deadLetterTargetArn"])
    assert ("ApproximateNumberOfMessagesVisible", undelivered) in watched(template)


def test_alarms_reach_the_operators_over_tls(template: Template) -> None:
    topic = template.named("AlarmTopic")
    for name, alarm in template.all("CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": topic}], name
        assert alarm["TreatMissingData"] == "notBreaching", name
        assert alarm["AlarmDescription"], name
    statements = template.policies_of("SNS::TopicPolicy", "Topics", topic)
    assert denies_plain_http(statements)
    (allowed,) = (each for each in statements if each["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_audit_queue_hears_every_digest(template: Template) -> None:
    (subscription,) = template.all("SNS::Subscription").values()
    assert logical(subscription["TopicArn"]) == template.named("Topic")
    assert logical(subscription["Endpoint"]) == template.named("AuditQueue")
    assert "FilterPolicy" not in subscription
    assert denies_plain_http(template.policies_of("SNS::TopicPolicy", "Topics", template.named("Topic")))


def test_no_reference_leads_out_of_the_template(template: Template) -> None:
    known = {*template.resources, "AWS::AccountId", "AWS::Region", "AWS::Partition", "AWS::URLSuffix"}
    known |= set(template.body.get("Parameters", {}))
    referred = {each["Ref"] for each in walk(template.body) if isinstance(each, dict) and "Ref" in each}
    assert referred <= known


def test_damage_to_a_card_that_was_released_is_an_alarm(template: Template) -> None:
    ours = [alarm for alarm in template.all("CloudWatch::Alarm").values() if alarm["Namespace"] == "Circletake"]
    assert [(alarm["MetricName"], alarm["Dimensions"]) for alarm in ours] == [
        ("DamagedAfterRelease", [{"Name": "service", "Value": "notify"}])
    ]
