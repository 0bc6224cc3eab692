"""Rules, queues, dead letters and alarms: nothing that was said is lost in silence."""

from typing import Any

import pytest

from tests.infra.template import QUEUED, Properties, Template, denies_plain_http, listed, logical, walk

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


def queue_of(template: Template, function: str, kind: str = "Queue") -> Properties:
    return template.all("SQS::Queue")[template.named(f"{function.capitalize()}{kind}")]


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


@pytest.mark.parametrize("function", QUEUED)
def test_a_message_that_fails_five_times_waits_a_fortnight_for_a_person(template: Template, function: str) -> None:
    queue = queue_of(template, function)
    dead_letters = template.named(f"{function.capitalize()}DeadLetters")
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert logical(queue["RedrivePolicy"]["deadLetterTargetArn"]) == dead_letters
    assert queue["MessageRetentionPeriod"] == 4 * DAY
    assert template.all("SQS::Queue")[dead_letters]["MessageRetentionPeriod"] == 14 * DAY


@pytest.mark.parametrize("function", QUEUED)
def test_what_eventbridge_cannot_deliver_has_a_queue_of_its_own(template: Template, function: str) -> None:
    (target,) = template.rules[function]["Targets"]
    undelivered = logical(target["DeadLetterConfig"]["Arn"])
    assert undelivered == template.named(f"{function.capitalize()}Undelivered")
    assert template.all("SQS::Queue")[undelivered]["MessageRetentionPeriod"] == 14 * DAY


@pytest.mark.parametrize("kind", ["Queue", "Undelivered"])
@pytest.mark.parametrize("function", QUEUED)
def test_only_the_rule_may_send_to_the_queues_of_a_stage(template: Template, function: str, kind: str) -> None:
    name = template.named(f"{function.capitalize()}{kind}")
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
    told_of_failed_jobs = [template.failed_jobs] if (function, kind) == ("transcode", "Queue") else []
    assert rules == [template.rules[function], *told_of_failed_jobs]


@pytest.mark.parametrize("function", LONG)
def test_long_work_comes_back_a_minute_after_its_timeout_and_is_held_to_a_number(
    template: Template, function: str
) -> None:
    queue, mapping = queue_of(template, function), template.mapping(function)
    assert queue["VisibilityTimeout"] == template.function(function)["Timeout"] + 60
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 20}


@pytest.mark.parametrize("function", [name for name in QUEUED if name not in LONG])
def test_other_messages_hide_for_six_timeouts(template: Template, function: str) -> None:
    assert queue_of(template, function)["VisibilityTimeout"] == 6 * template.function(function)["Timeout"]


@pytest.mark.parametrize("function", QUEUED)
def test_a_batch_reports_which_of_its_messages_failed(template: Template, function: str) -> None:
    mapping = template.mapping(function)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == BATCH[function]
    assert logical(mapping["EventSourceArn"]) == template.named(f"{function.capitalize()}Queue")


@pytest.mark.parametrize(("function", "said"), HEARS.items())
def test_a_stage_hears_these_of_our_facts_on_our_bus(template: Template, function: str, said: list[str]) -> None:
    rule = template.rules[function]
    assert rule["EventPattern"] == {"source": ["circletake"], "detail-type": said}
    assert logical(rule["EventBusName"]) == template.named("Bus")
    assert rule["State"] == "ENABLED"


def test_receive_hears_of_every_object_among_the_originals_on_the_default_bus(template: Template) -> None:
    rule = template.rules["receive"]
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [{"Ref": template.named("IngestBucket")}]}},
    }
    assert "EventBusName" not in rule


def test_sweep_runs_every_minute(template: Template) -> None:
    assert template.rules["sweep"]["ScheduleExpression"] == "rate(1 minute)"


def test_every_rule_has_one_target_and_every_queued_function_one_rule(template: Template) -> None:
    assert sorted(template.rules) == sorted(QUEUED)
    assert all(len(rule["Targets"]) == 1 for rule in template.all("Events::Rule").values())


@pytest.mark.parametrize("function", QUEUED)
def test_a_stage_that_is_late_or_leaves_letters_behind_is_an_alarm(template: Template, function: str) -> None:
    title, depth = function.capitalize(), "ApproximateNumberOfMessagesVisible"
    wanted = {
        ("ApproximateAgeOfOldestMessage", template.named(f"{title}Queue")),
        (depth, template.named(f"{title}DeadLetters")),
        (depth, template.named(f"{title}Undelivered")),
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
