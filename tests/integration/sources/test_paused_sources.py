"""`ingest pause` and `ingest resume` on moto: what they do, print, audit and refuse.

Moto runs a function when a message arrives in its queue, so no test sends one to a mapped queue.
"""

import re
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.sources import actions
from ingestion.cli.sources.mapping import DISABLED, Mapping, MappingError
from ingestion.store.closed_sources import Closing
from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.sources.steered import audited, map_workers, said
from tests.integration.status.measured import SQS, put_metric
from tests.support.canned import canned, intercept
from tests.support.factories import submission

RETENTION = timedelta(days=14)


@pytest.fixture
def mapped(deployment: Deployment) -> Deployment:
    """Make the workers of two sources, with the mappings of their queues."""
    map_workers(deployment, "sourceA", "sourceB")
    return deployment


def test_a_paused_source_keeps_its_events_until_it_is_resumed(
    run: Ingest, mapped: Deployment
) -> None:
    paused = run("pause", "sourceB")
    between = actions.read_states(mapped, mapped.queue_urls)
    resumed = run("resume", "sourceB")

    until = datetime.now(UTC) + RETENTION
    assert "sourceB is paused: the mapping of its worker is Disabled." in said(paused)
    assert "(0 now). SQS deletes each message 14 days after it was sent: resume" in said(paused)
    assert f"resume before {until:%Y-%m-%d}" in said(paused)
    assert {name for name, state in between.items() if state.is_paused} == {"sourceB"}
    assert between["sourceC"].mapping_state is None  # It has none here.
    assert "sourceB is resumed: the mapping of its worker is Enabled" in said(resumed)
    assert Mapping.find(mapped, "sourceB").state == "Enabled"


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (
            None,
            "age of the oldest is not known: SQS deletes it at 20.* at the latest, 14 days from",
        ),
        (3600, r"\(1 now\)\. Resume before 20.* UTC, when SQS deletes the oldest\."),
    ],
    ids=["unknown", "known"],
)
def test_a_pause_says_whether_the_age_of_the_oldest_message_is_known(
    run: Ingest, cloud: Cloud, mapped: Deployment, age: float | None, text: str
) -> None:
    run("pause", "sourceB")
    assert cloud.post(submission()).status == 202
    if age:
        put_age(mapped, age)

    again = run("pause", "sourceB")

    assert re.search(text, said(again))


def put_age(deployment: Deployment, seconds: float) -> None:
    queue = deployment.queue_urls["sourceB"].rpartition("/")[2]
    put_metric(SQS, "ApproximateAgeOfOldestMessage", queue, seconds, minutes_ago=1)


def test_the_states_name_what_is_closed(run: Ingest, mapped: Deployment) -> None:
    run("close", "sourceB", "--retry-after", "60")

    states = actions.read_states(mapped, mapped.queue_urls)

    assert states["sourceA"].closing is None
    assert isinstance(closing := states["sourceB"].closing, Closing)
    assert closing.retry_after_seconds == 60


def test_the_oldest_message_expires_by_its_age(cloud: Cloud, deployment: Deployment) -> None:
    assert cloud.post(submission()).status == 202
    put_age(deployment, 3600)

    waiting = actions.waiting_messages(deployment, "sourceB")

    expected = datetime.now(UTC) + RETENTION - timedelta(hours=1)
    assert abs(waiting.expires_at - expected) < timedelta(minutes=5)


@pytest.mark.usefixtures("mapped")
@pytest.mark.parametrize("action", ["close", "open", "pause", "resume"])
def test_each_action_is_audited_with_its_source(run: Ingest, action: str) -> None:
    result = run(action, "sourceB")

    [line] = audited()
    assert result.exit_code == 0
    assert (line["action"], line["source"]) == (f"{action}_source", "sourceB")
    assert line["actor"].startswith("arn:aws")


@pytest.mark.parametrize("action", ["pause", "resume"])
def test_without_an_audit_line_no_mapping_changes(
    run: Ingest, mapped: Deployment, action: str
) -> None:
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    result = run(action, "sourceB")

    assert result.exit_code == 1
    assert Mapping.find(mapped, "sourceB").state == "Enabled"


@pytest.mark.parametrize("action", ["close", "open", "pause", "resume"])
def test_an_unknown_source_is_refused_with_those_that_exist(run: Ingest, action: str) -> None:
    result = run(action, "sorceB")

    assert result.exit_code == 2
    assert "local has no source 'sorceB': there are " in said(result)
    assert said(result).endswith('sourceA, sourceB, sourceC; did you mean "sourceB"?')
    assert audited() == []


def test_a_worker_without_a_mapping_of_its_queue_is_an_error(
    run: Ingest, mapped: Deployment
) -> None:
    mapping = Mapping.find(mapped, "sourceB")
    boto3.client("lambda").delete_event_source_mapping(UUID=mapping.uuid)

    result = run("pause", "sourceB")

    queue = mapped.queue_urls["sourceB"].rpartition("/")[2]
    assert isinstance(result.exception, MappingError)
    assert str(result.exception) == (
        f"{mapping.worker} has no event source mapping of queue {queue}: run `make plan ENV=local`"
    )
    assert audited() == []


def test_a_mapping_that_does_not_change_in_time_is_an_error(mapped: Deployment) -> None:
    disabling = canned({"State": "Disabling"})
    intercept(mapped.client("lambda"), "GetEventSourceMapping", lambda _: disabling)

    with pytest.raises(MappingError, match="is Disabling after 0 s, not Disabled: AWS may"):
        Mapping.find(mapped, "sourceB").set_state(DISABLED, seconds=0)


def test_the_command_waits_until_the_mapping_has_changed(mapped: Deployment) -> None:
    states = iter(["Disabling", "Disabled"])
    intercept(
        mapped.client("lambda"), "GetEventSourceMapping", lambda _: canned({"State": next(states)})
    )

    actions.pause_source(mapped, "sourceB")

    assert list(states) == []
