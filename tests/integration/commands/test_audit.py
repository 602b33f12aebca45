"""`ingest audit` lists who did what, the newest last."""

import json
import time
from typing import Any

import boto3
import pytest

from tests.integration.commands.output import document, message
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.used_grants import RecordingSession

OPERATOR = "arn:aws:sts::123456789012:assumed-role/Operators/ana@example.com"
USER = "arn:aws:iam::123456789012:user/jo"
DROP = {"queue": "sourceB", "event_id": "e-1", "message_id": "m-1", "reason": "invalid_entity"}
PUT = {"entity_name": "CONTRACT", "entity_id": "c-1", "event_id": "k:1", "changed": ["a"]}
SECRET = {"source": "subscriber web", "secret_id": "0123456789ab"}


@pytest.fixture(autouse=True)
def _lines(run: Ingest) -> None:  # noqa: ARG001 - makes the log group
    logs = boto3.client("logs")
    logs.create_log_stream(logGroupName=AUDIT, logStreamName="1")
    lines = [
        (3600, {"action": "drop", "actor": OPERATOR, **DROP}),
        (60, {"action": "put_entity", "actor": OPERATOR, **PUT}),
        (1, {"action": "add_secret", "actor": USER, **SECRET}),
    ]
    now = time.time()
    events: Any = [
        {"timestamp": int((now - age) * 1000), "message": json.dumps(line)} for age, line in lines
    ]
    logs.put_log_events(logGroupName=AUDIT, logStreamName="1", logEvents=events)


def test_lines_are_listed_by_time_with_a_short_actor(run: Ingest) -> None:
    result = run("audit", "--columns", "actor,action,subject")

    assert [line.rstrip().split(maxsplit=2) for line in result.stdout.splitlines()[2:]] == [
        ["Operators/ana@example.com", "drop", "sourceB e-1"],
        ["Operators/ana@example.com", "put_entity", "CONTRACT c-1 k:1"],
        ["user/jo", "add_secret", "subscriber web 0123456789ab"],
    ]


def test_json_holds_the_lines_unchanged_with_their_time(run: Ingest) -> None:
    [*_, last] = document(run("audit", "-o", "json"))

    assert last.pop("time").endswith("000Z")
    assert last == {"action": "add_secret", "actor": USER, **SECRET}


@pytest.mark.parametrize(
    ("options", "actions", "note"),
    [
        (["--since", "30m"], ["put_entity", "add_secret"], ""),
        (["--action", "drop"], ["drop"], ""),
        (["--limit", "1"], ["add_secret"], "… and 2 older ones: see --limit"),
        (["--limit", "0"], ["drop", "put_entity", "add_secret"], ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_options_select_lines(
    run: Ingest, options: list[str], actions: list[str], note: str
) -> None:
    result = run("audit", "-o", "json", *options)

    assert [line["action"] for line in document(result)] == actions
    assert message(result) == note


@pytest.mark.parametrize(
    ("options", "days", "pattern"),
    [
        ([], 30, ""),
        (["--since", "90d"], 90, ""),
        (["--action", "edit"], 30, '{ $.action = "edit" }'),
    ],
    ids=["default", "since", "action"],
)
def test_cloudwatch_selects_the_lines_by_time_and_action(
    run: Ingest, session: RecordingSession, options: list[str], days: int, pattern: str
) -> None:
    calls: list[Any] = []

    with session.hooked(
        "provide-client-params.logs.FilterLogEvents", lambda params, **_: calls.append(params)
    ):
        found = document(run("audit", "-o", "json", *options))

    assert len(found) == (0 if pattern else 3)
    [call] = calls
    assert call["filterPattern"] == pattern
    age_seconds = time.time() - call["startTime"] / 1000
    assert age_seconds // 86400 == days


def test_no_line_is_described_by_the_options(run: Ingest) -> None:
    text = message(run("audit", "--action", "edit"))

    assert text.startswith("No line of the audit log matches: --since 20")
    assert text.endswith(", --action edit.")


def test_an_unknown_action_is_refused(run: Ingest) -> None:
    result = run("audit", "--action", "dropp")

    assert result.exit_code == 2
    assert "'dropp' is not one of" in message(result)


def test_an_audit_log_that_cannot_be_read_ends_the_command(run: Ingest) -> None:
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    result = run("audit")

    assert result.exit_code == 1
    assert "ResourceNotFoundException" in str(result.exception)
