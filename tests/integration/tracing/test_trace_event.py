"""`ingest trace EVENT_ID` says what became of an event, and what cannot be known."""

from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.output import message
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import drop_into_dead_letters
from tests.integration.tracing.conftest import Log, Trace, found
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error, intercept
from tests.support.factories import CANARY, contract, delete_event, event
from tests.support.invocations import record

LATER = "2026-01-31T12:00:01.000000Z"


def fail(cloud: Cloud, log: Log, *event_ids: str, attempt: str = "2") -> None:
    """Fail the attempts of events, and put the worker's lines into its log."""
    cloud.pause(60)
    down = aws_error("InternalServerError", 500)
    intercept(cloud.worker_runtime.store.dynamodb, "PutItem", lambda _: down)
    events = (event(contract(contract_name=CANARY), id=name) for name in event_ids)
    cloud.work(*(record(each, ApproximateReceiveCount=attempt) for each in events))
    log("worker sourceB")


def test_a_dead_letter_is_found_by_its_event(cloud: Cloud, trace: Trace) -> None:
    cloud.work(event(contract(contract_type=CANARY), id="7"))

    [dead_letter] = found(trace, "7")["dead_letters"]

    assert dead_letter["event_id"] == "7"
    assert (dead_letter["queue"], dead_letter["reason"]) == ("sourceB", "invalid_entity")
    text = trace("7").stdout
    assert "dead letter: 7 in sourceB since 20" in text
    assert "invalid_entity: data.contract_type: " in text
    assert "not known" not in text
    assert CANARY not in text


def test_each_failed_attempt_has_a_line(cloud: Cloud, trace: Trace, log: Log) -> None:
    fail(cloud, log, "7")

    document = found(trace, "7")

    [line] = document["lines"]
    assert line["message"] == "record_failed"
    assert line["keys"]["attempt"] == 2
    assert line["keys"]["entity_key"] == "CONTRACT#c-1"
    assert line["keys"]["error"].startswith("TransientFailure InternalServerError at ")
    assert "its attempts failed" in document["unknown"]
    assert "Name its entity (--entity CONTRACT/c-1)" in document["unknown"]
    assert CANARY not in str(document)


def test_an_event_behind_a_failed_one_has_a_line(cloud: Cloud, trace: Trace, log: Log) -> None:
    fail(cloud, log, "7", "8")

    [line] = found(trace, "8")["lines"]

    assert (line["message"], line["keys"]["attempt"]) == ("record_not_tried", 2)


def test_the_last_attempt_is_a_line_and_a_dead_letter(cloud: Cloud, trace: Trace, log: Log) -> None:
    fail(cloud, log, "7", attempt="5")

    document = found(trace, "7")

    assert [line["keys"]["attempt"] for line in document["lines"]] == [5]
    assert [each["reason"] for each in document["dead_letters"]] == ["retries_exhausted"]
    assert document["unknown"] is None


@pytest.mark.parametrize(
    ("later", "state", "text"),
    [
        ([], "current", "stored: the event is the current version of CONTRACT c-1, id 7 of"),
        (
            [event(id="8", time=LATER)],
            "other_version",
            f"CONTRACT c-1 is stored from another event, id 8 of sourceB, time {LATER}, stored 2",
        ),
        (
            [delete_event(id="8", time=LATER)],
            "other_deletion",
            f"CONTRACT c-1 is deleted by another event, id 8 of sourceB, time {LATER}, stored 2",
        ),
        (
            [delete_event(id="7", time=LATER)],
            "deleted",
            "the event deleted CONTRACT c-1, and its tombstone is the current version, id 7 of",
        ),
    ],
    ids=["current", "superseded", "deleted by another", "tombstone"],
)
def test_a_named_entity_says_whether_the_event_is_its_version(
    cloud: Cloud, trace: Trace, later: list[Any], state: str, text: str
) -> None:
    cloud.store(event(id="7"), *later)

    [version] = found(trace, "7", "--entity", "CONTRACT/c-1")["versions"]

    assert (version["key"], version["state"]) == ("CONTRACT#c-1", state)
    assert text in trace("7", "--entity", "CONTRACT/c-1").stdout


def test_an_event_that_a_correction_replaced_was_stored(cloud: Cloud, trace: Trace) -> None:
    first = event(id="7")
    cloud.store(first, event(id="8", time=LATER).replacing(first.version))

    [version] = found(trace, "7", "--entity", "CONTRACT/c-1")["versions"]

    assert (version["state"], version["event"]["id"]) == ("corrected", "8")


def test_an_entity_that_is_not_stored_is_not_found(trace: Trace) -> None:
    document = found(trace, "7", "--entity", "CONTRACT/c-1", code=3)

    assert document["versions"] == [{"key": "CONTRACT#c-1", "state": "not_stored", "event": None}]
    assert document["unknown"].endswith(
        "it may wait in a queue (SQS counts no message there), or never have been accepted"
    )


def test_an_event_of_another_source_with_the_same_id_is_another_event(
    cloud: Cloud, trace: Trace
) -> None:
    cloud.store(event(id="7"))
    cloud.work(event(contract(contract_type="gifts"), id="7"))

    document = found(trace, "7", "--source", "sourceA", "--entity", "CONTRACT/c-1")

    assert document["versions"][0]["state"] == "other_version"
    assert document["dead_letters"] == []


def test_without_a_trace_it_says_what_cannot_be_known(cloud: Cloud, trace: Trace) -> None:
    cloud.store(event(id="7"))
    cloud.sqs.send_message(
        QueueUrl=cloud.queue_urls["sourceB"],
        MessageBody="waits",
        MessageGroupId="1",
        MessageDeduplicationId="1",
    )

    result = trace("7", "--since", "2h")

    assert result.exit_code == 3
    assert "no failure of it is logged, and no dead letter has this id" in result.stdout
    assert "it may wait in a queue (about 1 in sourceB), or be stored, superseded" in result.stdout
    assert "Name its entity (--entity CONTRACT/c-1)" in result.stdout


def test_it_says_how_many_dead_letters_it_cannot_see(cloud: Cloud, trace: Trace) -> None:
    drop_into_dead_letters(cloud, "first", "second")
    url = cloud.dead_letter_queue_urls["sourceB"]
    cloud.sqs.receive_message(QueueUrl=url, VisibilityTimeout=60)

    document = found(trace, "7", code=3)

    assert document["hidden_dead_letters"] == 2
    assert "no dead letter has this id (about 2 are hidden: behind others" in document["unknown"]


def test_a_trace_receives_from_no_queue_of_a_worker(
    cloud: Cloud, trace: Trace, session: RecordingSession
) -> None:
    cloud.store(event(id="7"))
    urls: list[str] = []

    with session.hooked(
        "provide-client-params.sqs.ReceiveMessage",
        lambda params, **_: urls.append(params["QueueUrl"]),
    ):
        trace("7", "--entity", "CONTRACT/c-1")

    assert set(cloud.dead_letter_queue_urls.values()) < set(urls)
    assert not set(cloud.queue_urls.values()) & set(urls)


def test_what_operators_did_with_the_event_is_listed(
    cloud: Cloud, trace: Trace, run_quickly: Ingest
) -> None:
    cloud.work(event(contract(contract_type="gifts"), id="7"))
    run_quickly("dlq", "drop", "7", "--yes")

    document = found(trace, "7")

    assert [line["action"] for line in document["history"]] == ["drop"]
    assert document["dead_letters"] == []
    assert "accepted" not in document["unknown"]
    assert "drop by arn:aws:sts::123456789012:" in trace("7").stdout


def test_an_unrouted_event_is_found(cloud: Cloud, trace: Trace) -> None:
    lost = event(id="7", source="nobody")
    cloud.sqs.send_message(
        QueueUrl=cloud.unrouted_queue_url,
        MessageBody=lost.json_bytes.decode(),
        MessageGroupId="1",
        MessageDeduplicationId="1",
    )

    [dead_letter] = found(trace, "7")["dead_letters"]

    assert (dead_letter["queue"], dead_letter["reason"]) == ("unrouted", "unrouted")


@pytest.mark.parametrize("event_id", ['"7" of \\ all', "é", "7 [a*]"])
def test_an_id_of_any_characters_is_found(
    cloud: Cloud, trace: Trace, log: Log, event_id: str
) -> None:
    fail(cloud, log, event_id, "another")

    assert [line["keys"]["event_id"] for line in found(trace, event_id)["lines"]] == [event_id]


def test_an_empty_id_is_refused(trace: Trace) -> None:
    result = trace(" ")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "must not be empty" in message(result)
