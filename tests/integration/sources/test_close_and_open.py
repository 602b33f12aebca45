"""`ingest close` and `ingest open` on moto: what they do, print, audit and refuse."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.sources import actions
from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.sources.steered import said
from tests.support.canned import aws_error, intercept
from tests.support.factories import event, submission


def test_a_closed_source_gets_503_and_the_command_says_what_still_happens(
    cloud: Cloud, run: Ingest, deployment: Deployment
) -> None:
    result = run("close", "sourceB", "--retry-after", "60")

    response = cloud.post(submission())
    assert (response.status, response.headers["Retry-After"]) == (503, "60")
    assert result.exit_code == 0
    assert said(result) == (
        "sourceB is closed: within 5 seconds each POST to its path gets 503 with Retry-After: 60."
        " Events that were accepted before, and files that are put into the bucket directly, are"
        " still processed. `ingest status --source sourceB` shows when its queue is empty."
        " `ingest open sourceB` opens the source."
    )
    [closing] = actions.closed_sources(deployment).read().values()
    assert closing.closed_at
    assert datetime.now(UTC) - datetime.fromisoformat(closing.closed_at) < timedelta(minutes=5)


def test_without_an_option_senders_repeat_after_ten_minutes(cloud: Cloud, run: Ingest) -> None:
    run("close", "sourceB")

    assert cloud.post(submission()).headers["Retry-After"] == "600"


def test_an_opened_source_is_accepted(cloud: Cloud, run: Ingest) -> None:
    run("close", "sourceB")

    result = run("open", "sourceB")

    assert cloud.post(submission()).status == 202
    assert said(result) == ("sourceB is open: within 5 seconds each POST to its path is accepted.")


@pytest.mark.parametrize("action", ["close", "open"])
def test_the_operator_cannot_be_closed(run: Ingest, action: str) -> None:
    result = run(action, "operator")

    assert result.exit_code == 2
    assert said(result) == (
        "operator has no path of its own and cannot be closed:"
        " `ingest pause operator` stops storing corrections"
    )


@pytest.mark.parametrize("seconds", ["0", "86401", "soon"])
def test_a_wait_that_no_sender_should_obey_is_refused(run: Ingest, seconds: str) -> None:
    result = run("close", "sourceB", "--retry-after", seconds)

    assert result.exit_code == 2
    assert "--retry-after" in said(result)


def test_an_event_that_was_accepted_before_is_stored_while_its_source_is_closed(
    cloud: Cloud, run: Ingest
) -> None:
    run("close", "sourceB")

    cloud.store(event())

    assert len(cloud.listed("CONTRACT")) == 1


def test_a_denied_write_is_an_error(deployment: Deployment) -> None:
    denied = aws_error("AccessDeniedException")
    client: Any = deployment.client("dynamodb")
    intercept(client, "UpdateItem", lambda _: denied)

    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        actions.close_source(deployment, "sourceB", 600)


@pytest.mark.parametrize("action", ["close", "open"])
def test_without_an_audit_line_nothing_happens(cloud: Cloud, run: Ingest, action: str) -> None:
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    result = run(action, "sourceB")

    assert result.exit_code == 1
    assert cloud.post(submission()).status == 202
