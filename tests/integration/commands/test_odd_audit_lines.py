"""Lines that no command wrote hide no other line of the audit log, and a lost stream no action."""

import time
from typing import Any

import boto3
import pytest

from ingestion.cli.audit.log import Audit
from tests.integration.commands.output import document
from tests.integration.conftest import AUDIT, Ingest

RIGHT = '{"actor": "arn:aws:iam::123456789012:user/jo", "action": "drop", "event_id": "e-1"}'
ODD = [
    "no JSON",
    '"e-1"',
    "[]",
    '{"event_id": "e-1"}',
    '{"actor": "a", "action": ["drop"]}',
    '{"actor": "a", "action": "drop", "event_id": {"e-1": 1}}',
    '{"actor": "a", "action": "drop", "changed": 5}',
    '{"actor": "a", "action": "drop", "number": ' + "1" * 5000 + "}",
]


def write(*messages: str) -> None:
    logs = boto3.client("logs")
    logs.create_log_stream(logGroupName=AUDIT, logStreamName="1")
    now = int(time.time() * 1000)
    events: Any = [{"timestamp": now, "message": message} for message in messages]
    logs.put_log_events(logGroupName=AUDIT, logStreamName="1", logEvents=events)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:40])
def test_an_odd_line_is_shown_as_its_text(run: Ingest, odd: str) -> None:
    write(odd, RIGHT)

    shown = document(run("audit", "-o", "json"))
    table = run("audit", "--columns", "actor,action,subject")

    assert [line["action"] for line in shown] == ["unreadable", "drop"]
    assert odd.startswith(shown[0]["text"])
    assert table.exit_code == 0, table.output


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:40])
def test_an_odd_line_stops_no_history(odd: str) -> None:
    write(odd, RIGHT)

    lines = list(Audit(boto3.client("logs"), AUDIT, "me").read("e-1", "m-1"))

    assert lines[-1]["action"] == "drop"
    assert all("e-1" in line.get("text", "e-1") for line in lines)


@pytest.mark.usefixtures("run")
def test_the_time_of_a_line_is_the_time_of_its_log_event() -> None:
    write('{"actor": "a", "action": "drop", "time": "never", "event_id": "e-1"}')

    [line] = Audit(boto3.client("logs"), AUDIT, "me").read("e-1", "m-1")

    assert isinstance(line["time"], int)


@pytest.mark.usefixtures("run")
def test_a_deleted_stream_is_replaced_once() -> None:
    logs: Any = boto3.client("logs")
    audit = Audit(logs, AUDIT, "me")
    audit.write("drop", [{"event_id": "e-1"}])
    [stream] = logs.describe_log_streams(logGroupName=AUDIT)["logStreams"]
    logs.delete_log_stream(logGroupName=AUDIT, logStreamName=stream["logStreamName"])

    audit.write("drop", [{"event_id": "e-2"}])

    [line] = audit.read("e-2", "m-2")
    assert line["action"] == "drop"
    logs.delete_log_group(logGroupName=AUDIT)
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        audit.write("drop", [{"event_id": "e-3"}])
