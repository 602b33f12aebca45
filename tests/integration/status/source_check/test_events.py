"""`ingest source check` on moto says when events came, what was refused, and by which reason."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.status.measured import platform, put_metric
from tests.integration.status.source_check.conftest import Check, Deploy, finding, problems
from tests.integration.status.test_findings import log_lines, send
from tests.support.factories import contract, event, submission
from tests.support.terraform.planned import Plan

pytestmark = pytest.mark.usefixtures("mapped")


@pytest.fixture(autouse=True)
def _deployed(deploy: Deploy) -> None:
    key = boto3.client("apigateway").create_api_key(name="sourceB", value="k" * 30, enabled=True)
    deploy({"sourceB": key["id"]})


def accepted_line(request_id: str, source: str = "sourceB") -> str:
    """Return a line of the API about an accepted event of the last minute."""
    metrics = [{"Name": "EventAccepted", "Unit": "Count"}]
    received_at = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%S.%fZ}"
    return json.dumps(
        {
            "_aws": {"CloudWatchMetrics": [{"Dimensions": [["source"]], "Metrics": metrics}]},
            "EventAccepted": [1.0],
            "source": source,
            "request_id": request_id,
            "received_at": received_at,
        }
    )


def test_a_source_that_sends_is_well(
    check: Check, run: Ingest, cloud: Cloud, planned: Plan, deployment: Deployment
) -> None:
    put_metric(platform(planned), "EventAccepted", "sourceB", 1, minutes_ago=1)
    put_metric(platform(planned), "EventStored", "sourceB", 1, minutes_ago=1)
    api = log_group_of(deployment.function_names["api"])
    log_lines(api, accepted_line("r-1"), accepted_line("of another", "sourceA"), minutes_ago=1)
    cloud.store(event(contract("c-7"), id="e-7"), event(contract("c-8"), source="operator"))

    shown = check()
    text = run("source", "check", "sourceB")

    last = shown["last_events"]
    assert (shown["findings"], shown["is_well"]) == ([], True)
    assert (last["accepted"], last["stored"], last["ignored"]) == (1, 1, 0)
    assert [(each["kind"], each["id"], each["accepted"]) for each in last["requests"]] == [
        ("request", "r-1", 1)
    ]
    assert last["last_accepted_at"] == last["requests"][0]["time"]
    assert [(each["entity_name"], each["id"], each["event_id"]) for each in last["entities"]] == [
        ("CONTRACT", "c-7", "e-7")
    ]
    assert text.exit_code == 0
    assert text.stdout.endswith("\n\nNothing needs attention.\n")
    assert "  Since " in text.stdout
    assert ": 1 accepted, 1 stored.\n    request r-1 at " in text.stdout


def test_the_request_of_an_event_of_hours_ago_is_found_in_its_minute(
    check: Check, planned: Plan, deployment: Deployment
) -> None:
    put_metric(platform(planned), "EventAccepted", "sourceB", 1, minutes_ago=300)
    api = log_group_of(deployment.function_names["api"])
    log_lines(api, accepted_line("r-old"), minutes_ago=300)
    log_lines(api, accepted_line("r-older"), minutes_ago=400)

    shown = check()

    assert [each["id"] for each in shown["last_events"]["requests"]] == ["r-old"]
    assert shown["last_events"]["accepted"] == 1
    assert check("sourceB", "--since", "1h")["last_events"]["accepted"] == 0


def test_a_source_that_never_sent_gets_the_command_that_sends(check: Check) -> None:
    shown = check()

    assert problems(shown) == [("last_events", "no_events")]
    assert finding(shown, "no_events")["command"] == "ingest send FILE --source sourceB"
    assert shown["last_events"]["last_accepted_at"] is None


def test_refused_requests_are_counted_by_status(
    check: Check, cloud: Cloud, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cloud.post(submission(), source="sourceA").status == 403
    assert cloud.post("no JSON", content_type="text/plain").status == 415
    assert cloud.post("no JSON", "a", source="sourceA", content_type="text/plain").status == 415
    lines = [line for line in capsys.readouterr().out.splitlines() if "request_refused" in line]
    log_lines(log_group_of(deployment.function_names["api"]), *lines)

    shown = check()

    texts = {f["text"] for f in shown["findings"] if f["problem"] == "requests_refused"}
    assert shown["refusals"]["requests"] == {"403": 1, "415": 1}
    assert texts == {
        "1 request was refused with 403 (wrong or missing credentials). Let the sender use the"
        " credential of this source.",
        "1 request was refused with 415 (Unsupported Media Type). Compare the Content-Type with"
        " docs/payloads.md.",
    }


def test_rejected_and_dead_lettered_events_are_counted_by_reason(
    check: Check, cloud: Cloud, planned: Plan, deployment: Deployment
) -> None:
    ours = platform(planned)
    for reason, count in (("", 5), ("invalid_entity", 3), ("too_large", 1)):
        put_metric(ours, "EventRejected", "sourceB", count, reason=reason)
    for reason in ("", "not_storable"):
        put_metric(ours, "EventDeadLettered", "sourceB", 2, reason=reason)
    put_metric(ours, "EventRejected", "sourceC", 9, reason="invalid_entity")
    put_metric(ours, "RowRejected", "sourceB", 4)
    send(cloud, deployment.dead_letter_queue_urls["sourceB"])

    shown = check()

    found = shown["refusals"]
    assert found["events"] == {"invalid_entity": 3, "too_large": 1, "other": 1}
    assert found["dead_lettered"] == {"not_storable": 2}
    assert (found["rows"], found["dead_letters_waiting"]) == (4, 1)
    rejected = [f for f in shown["findings"] if f["problem"] == "events_rejected"]
    assert rejected[0]["text"] == (
        "3 events were rejected: invalid_entity. The response names the field and what would be"
        " right."
    )
    assert rejected[0]["command"] == "ingest schema CONTRACT"
    assert finding(shown, "rows_rejected")["command"] == "ingest files list --source sourceB"
    assert finding(shown, "dead_letters")["command"] == "ingest dlq list --source sourceB"


def test_quarantined_requests_need_attention_only_while_dead_letters_wait(
    check: Check, cloud: Cloud, planned: Plan, deployment: Deployment
) -> None:
    for reason in ("", "unmatched"):
        put_metric(platform(planned), "RequestQuarantined", "sourceB", 1, reason=reason)

    redriven = check()
    send(cloud, deployment.dead_letter_queue_urls["sourceB"])
    waiting = check()

    assert redriven["refusals"]["quarantined"] == {"unmatched": 1}
    assert ("refusals", "requests_quarantined") not in problems(redriven)
    found = finding(waiting, "requests_quarantined")
    assert found["text"].startswith("1 request was quarantined: unmatched. Correct the rules")
    assert found["command"] == "ingest dlq list --source sourceB --reason quarantined"


def test_a_paused_source_is_named_as_ingest_status_names_it(check: Check, run: Ingest) -> None:
    run("pause", "sourceB")

    shown = check()

    assert shown["state"]["is_paused"] is True
    assert finding(shown, "paused")["command"] == "ingest resume sourceB"
