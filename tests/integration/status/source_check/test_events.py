"""`ingest source check` on moto says when events came, what was refused, and by which reason."""

import boto3
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.status.measured import platform, put_metric
from tests.integration.status.source_check.conftest import Check, Deploy, finding, problems
from tests.integration.status.source_check.lines import accepted_line
from tests.integration.status.test_findings import log_lines
from tests.support.factories import contract, event
from tests.support.terraform.planned import Plan

pytestmark = pytest.mark.usefixtures("mapped")


@pytest.fixture(autouse=True)
def _deployed(deploy: Deploy) -> None:
    key = boto3.client("apigateway").create_api_key(name="sourceB", value="k" * 30, enabled=True)
    deploy({"sourceB": key["id"]})


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


@pytest.mark.parametrize(
    ("metrics", "count", "text"),
    [
        ({"EventAccepted": 12, "EventStored": 6}, 6, "6 accepted events have no outcome here:"),
        ({"EventAccepted": 2, "EventSuperseded": 1}, 1, "1 accepted event has no outcome here:"),
        ({"EventAccepted": 1, "EventRedriven": 1, "EventStored": 1}, 1, "1 accepted event has"),
        ({"EventAccepted": 3, "EventStored": 1, "EventDuplicated": 2}, 0, ""),
        ({"EventAccepted": 2, "EventStored": 1, "EventDeadLettered": 1}, 0, ""),
        ({"EventAccepted": 1, "EventStored": 2}, 0, ""),
    ],
)
def test_accepted_events_without_a_counted_outcome_are_shown(
    check: Check, run: Ingest, planned: Plan, metrics: dict[str, int], count: int, text: str
) -> None:
    for metric, value in metrics.items():
        put_metric(platform(planned), metric, "sourceB", value, minutes_ago=1)

    shown = check()
    printed = run("source", "check", "sourceB").stdout

    assert shown["last_events"]["without_outcome"] == count
    assert ("no outcome here: repeats within five minutes" in " ".join(printed.split())) == (
        count > 0
    )
    assert text in printed


def test_a_source_that_never_sent_gets_the_command_that_sends(check: Check) -> None:
    shown = check()

    assert problems(shown) == [("last_events", "no_events")]
    assert finding(shown, "no_events")["command"] == "ingest send FILE --source sourceB"
    assert shown["last_events"]["last_accepted_at"] is None


def test_a_paused_source_is_named_as_ingest_status_names_it(check: Check, run: Ingest) -> None:
    run("pause", "sourceB")

    shown = check()

    assert shown["state"]["is_paused"] is True
    assert finding(shown, "paused")["command"] == "ingest resume sourceB"
