"""`ingest trace REQUEST_ID` starts from the header X-Request-Id of an answer."""

import json
from functools import partial
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.tracing.conftest import Log
from tests.support.canned import aws_error, intercept
from tests.support.factories import CANARY, Json, contract, submission
from tests.support.invocations import REQUEST_ID

Trace = Any


@pytest.fixture
def trace(run_quickly: Ingest, log: Log) -> Trace:  # noqa: ARG001 - makes the log groups
    return partial(run_quickly, "trace", REQUEST_ID)


def found(trace: Trace, *arguments: str) -> Json:
    result = trace(*arguments, "-o", "json")
    assert result.exit_code == 0, result.output
    document: Json = json.loads(result.stdout)
    return document


def test_a_request_has_its_counts(cloud: Cloud, trace: Trace, log: Log) -> None:
    invalid = [submission(contract(contract_type=CANARY)), submission(colour="red"), None]
    cloud.post([submission(), *invalid])
    log("api")

    document = found(trace)

    request = document["request"]
    assert request.pop("time").endswith("Z")
    assert request == {
        "kind": "request",
        "source": "sourceB",
        "accepted": 1,
        "rejected": 3,
        "rejected_for": {"invalid_entity": 1, "invalid_event": 2},
        "not_taken": 0,
        "not_taken_for": [],
        "rows_rejected": 0,
        "refused": None,
    }
    text = trace().stdout
    assert "request: of sourceB, 20" in text
    assert "1 accepted, 3 rejected (" in text
    assert "not known: accepted events that are not listed may wait in a queue" in text
    assert CANARY not in text


def test_events_that_the_topic_did_not_take_are_counted(
    cloud: Cloud, trace: Trace, log: Log
) -> None:
    denial = aws_error("AuthorizationError", 403)
    intercept(cloud.api_runtime.router.sns, "PublishBatch", lambda _: denial)
    cloud.post([submission(contract(f"c-{n}")) for n in range(2)])
    log("api")

    assert "0 accepted, 0 rejected, 2 not taken (AuthorizationError)" in trace().stdout


def test_a_refused_request_has_its_status(cloud: Cloud, trace: Trace, log: Log) -> None:
    cloud.post(submission(), source=None)
    log("api")

    assert found(trace)["request"]["refused"] == 403
    assert ": refused: 403, 0 accepted" in trace().stdout


def test_a_request_to_a_closed_source_was_refused(
    cloud: Cloud, trace: Trace, log: Log, run_quickly: Ingest
) -> None:
    run_quickly("close", "sourceB")
    cloud.post(submission())
    log("api")

    assert found(trace)["request"]["refused"] == 503


def test_a_read_is_found(cloud: Cloud, trace: Trace, log: Log) -> None:
    cloud.read("CONTRACT")
    log("query")

    document = found(trace)

    assert document["request"]["source"] == "reader"
    assert document["lines"][0]["keys"]["QueryAnswered"] == 1
    assert document["unknown"] is None
    assert ": a read that was answered\n" in trace().stdout


def test_the_announcement_of_an_upload_is_found(cloud: Cloud, trace: Trace, log: Log) -> None:
    cloud.post({"name": f"{CANARY}.csv", "size": 5}, "b/uploads")
    log("api")

    text = trace().stdout

    assert "request: of sourceB, 20" in text
    assert ": a URL for an upload was returned\n" in text
    assert CANARY not in text


def post_three(cloud: Cloud, log: Log) -> None:
    """Post three events: c-1 becomes a dead letter, and c-2 fails its first attempt."""
    cloud.post([submission(contract(name), id=name) for name in ("c-1", "c-2", "c-3")])
    log("api")
    queued = cloud.queued()
    for record in queued:
        if '"id":"c-1"' in record["body"]:
            record["body"] = record["body"].replace("goods", "gifts")
    down = aws_error("InternalServerError", 500)

    def fail_one(call: Json) -> Any:
        return down if call["Item"]["ID"]["S"] == "CONTRACT#c-2" else None

    cloud.pause(60)
    intercept(cloud.worker_runtime.store.dynamodb, "PutItem", fail_one)
    cloud.work(*queued)
    log("worker sourceB")


def test_each_event_of_the_request_that_failed_is_listed(
    cloud: Cloud, trace: Trace, log: Log
) -> None:
    post_three(cloud, log)
    document = found(trace)

    failed = [line for line in document["lines"] if line["message"] == "record_failed"]
    assert document["request"]["accepted"] == 3
    assert [dead_letter["event_id"] for dead_letter in document["dead_letters"]] == ["c-1"]
    assert [dead_letter["request_id"] for dead_letter in document["dead_letters"]] == [REQUEST_ID]
    assert [line["keys"]["event_id"] for line in failed] == ["c-2"]
    shown = [line.partition(": ")[0] for line in trace().stdout.splitlines()]
    assert shown[:5] == ["id", "request", "dead letter", "failure", "log"]
    assert shown[-1] == "not known"
    [batch] = [line for line in document["lines"] if "EventStored" in line["keys"]]
    assert (batch["function"], batch["keys"]["request_ids"]) == ("worker sourceB", [REQUEST_ID])


def test_an_unrouted_event_of_the_request_is_listed(cloud: Cloud, trace: Trace, log: Log) -> None:
    cloud.post(submission(id="7"))
    log("api")
    [queued] = cloud.queued()
    cloud.sqs.send_message(
        QueueUrl=cloud.unrouted_queue_url,
        MessageBody=queued["body"],
        MessageGroupId="1",
        MessageDeduplicationId="1",
        MessageAttributes={"request_id": {"DataType": "String", "StringValue": REQUEST_ID}},
    )

    [dead_letter] = found(trace)["dead_letters"]

    assert (dead_letter["event_id"], dead_letter["queue"]) == ("7", "unrouted")


def test_only_the_queue_of_the_requests_source_may_hold_its_events(
    cloud: Cloud, trace: Trace, log: Log
) -> None:
    cloud.post(submission())
    log("api")
    cloud.sqs.send_message(
        QueueUrl=cloud.queue_urls["sourceA"],
        MessageBody="waits",
        MessageGroupId="1",
        MessageDeduplicationId="1",
    )

    assert found(trace)["waiting"] == {"sourceB": 1}


def test_an_upload_is_found_by_its_id(
    cloud: Cloud, run_quickly: Ingest, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [contract("c-1"), contract("c-2", contract_type=CANARY)]
    cloud.extract(cloud.drop("c.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))
    printed = capsys.readouterr().out
    upload_id = json.loads(printed.splitlines()[0])["upload_id"]
    log("extractor", *printed.splitlines())
    cloud.insert()
    log("inserter")

    result = run_quickly("trace", upload_id, "-o", "json")

    request = json.loads(result.stdout)["request"]
    assert (request["kind"], request["source"]) == ("upload", "sourceB")
    assert (request["accepted"], request["rows_rejected"]) == (1, 1)
    shown = run_quickly("trace", upload_id).stdout
    assert "rows: 1 rejected, events: 1 accepted" in shown
    assert f"\nreport: `ingest files show {upload_id}`\n" in shown
    assert CANARY not in shown
