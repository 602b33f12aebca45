"""`ingest trace` finds the change that an event caused and that failed, and a failed call."""

import json
from functools import partial
from typing import Any

import pytest

from ingestion.files.upload import Upload
from ingestion.handlers import delivery
from ingestion.telemetry.redaction import UnexpectedError
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failed_calls import give_up
from tests.integration.dead_letters.test_undelivered_changes import undelivered
from tests.integration.signing import StoredSecret
from tests.integration.tracing.conftest import Log
from tests.support.canned import aws_error, intercept
from tests.support.factories import CANARY, Json, contract, event
from tests.support.invocations import batch, context, record, s3_record, upload

Trace = Any


@pytest.fixture
def trace(run_quickly: Ingest, log: Log) -> Trace:  # noqa: ARG001 - makes the log groups
    return partial(run_quickly, "trace")


def found(trace: Trace, wanted: str) -> Json:
    result = trace(wanted, "-o", "json")
    assert result.exit_code == 0, result.output
    document: Json = json.loads(result.stdout)
    return document


def test_a_change_that_the_topic_refuses_has_a_line(
    cloud: Cloud, trace: Trace, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.work(*(event(contract(n, contract_name=CANARY), id=n) for n in ("7", "8")))
    denial = aws_error("AuthorizationError", 403)
    intercept(cloud.changes_runtime.router.sns, "PublishBatch", lambda _: denial)
    capsys.readouterr()
    with pytest.raises(Exception, match="AuthorizationError"):
        cloud.publish_changes(cloud.stream())
    log("changes")

    document = found(trace, "7")

    [line] = document["lines"]
    assert (line["function"], line["message"]) == ("changes", "record_failed")
    assert line["keys"] == {
        "error": "AuthorizationError",
        "source": "sourceB",
        "event_id": "7",
        "entity_key": "CONTRACT#7",
    }
    assert document["unknown"] == (
        "the event was stored, because it caused a change; what is stored now: --entity CONTRACT/7"
    )
    named = json.loads(trace("7", "--entity", "CONTRACT/8", "-o", "json").stdout)
    assert named["unknown"] == "the event was stored, because it caused a change"
    assert CANARY not in str(document)


def test_a_change_that_an_endpoint_does_not_accept_has_a_line(
    cloud: Cloud,
    trace: Trace,
    log: Log,
    delivery_secret: StoredSecret,  # noqa: ARG001 - signs
    capsys: pytest.CaptureFixture[str],
) -> None:
    cloud.work(event(contract(contract_name=CANARY), id="7"))
    cloud.publish_changes(cloud.stream())
    [change] = cloud.published_changes()
    queued = record(change.json_bytes.decode(), ApproximateReceiveCount="3")
    capsys.readouterr()
    delivery.handle(batch(queued), context(), cloud.delivery_runtime)
    log("delivery billing")

    [line] = found(trace, "7")["lines"]

    assert (line["function"], line["message"]) == ("delivery billing", "record_failed")
    assert (line["keys"]["attempt"], line["keys"]["entity_key"]) == (3, "CONTRACT#c-1")
    assert line["keys"]["error"].startswith("TransientFailure NewConnectionError at ")
    assert CANARY not in str(line)


def test_an_undelivered_change_is_found_by_its_event(cloud: Cloud, trace: Trace) -> None:
    change = undelivered(cloud)

    [dead_letter] = found(trace, change.data.cause.id)["dead_letters"]

    assert (dead_letter["queue"], dead_letter["event_id"]) == ("subscriber billing", change.id)


def test_a_failed_call_is_found_by_its_upload(cloud: Cloud, trace: Trace) -> None:
    uploaded = upload("c.csv")
    give_up(cloud, record=s3_record(uploaded))

    [dead_letter] = found(trace, uploaded.keys.upload_id)["dead_letters"]

    assert (dead_letter["queue"], dead_letter["event_id"]) == ("files", uploaded.key)


@pytest.mark.parametrize("function", ["extractor", "inserter"])
def test_each_failed_call_for_a_file_has_a_line(
    cloud: Cloud, trace: Trace, log: Log, function: str
) -> None:
    dropped = cloud.drop(f"{CANARY}.jsonl", json.dumps(contract(contract_name=CANARY)) + "\n")
    upload_id = Upload.from_record(dropped).keys.upload_id
    if function == "inserter":
        cloud.extract(dropped)
        log("extractor")
    down = aws_error("InternalError", 500)
    for runtime in (cloud.extractor_runtime.extraction, cloud.inserter_runtime):
        intercept(runtime.bucket.s3, "GetObject", lambda _: down)
    with pytest.raises(UnexpectedError):
        cloud.extract(dropped) if function == "extractor" else cloud.insert()
    log(function)

    document = found(trace, upload_id)

    [line] = [line for line in document["lines"] if line["level"] == "WARNING"]
    assert (line["function"], line["message"]) == (function, "record_failed")
    assert line["keys"]["error"].startswith("ClientError InternalError at files/")
    assert (line["keys"]["source"], document["request"]["kind"]) == ("sourceB", "upload")
    assert CANARY not in str(document)
