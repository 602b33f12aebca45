"""The page of the audit log shows what `ingest audit` prints, the newest first."""

import json
import re
import time
from typing import Any

import boto3
import httpx
import pytest

from tests.integration.conftest import AUDIT
from tests.integration.console.reading import text_of
from tests.integration.used_grants import RecordingSession
from tests.support.hostile import HOSTILE_TEXTS

ANA = "arn:aws:sts::123456789012:assumed-role/Operators/ana@example.com"
LINES = [
    (3600, {"action": "drop", "queue": "sourceB", "event_id": "e 1", "message_id": "m-1"}),
    (60, {"action": "put_entity", "entity_name": "CONTRACT", "entity_id": "a/b"}),
    (30, {"action": "retry_file", "upload_id": "0" * 32}),
    (1, {"action": "add_secret", "source": "sourceB", "secret_id": "1"}),
]


def write(lines: list[tuple[int, dict[str, str]]]) -> None:
    """Write lines of these ages in seconds."""
    logs, now = boto3.client("logs"), time.time()
    logs.create_log_stream(logGroupName=AUDIT, logStreamName="1")
    events: Any = [
        {"timestamp": int((now - age) * 1000), "message": json.dumps({"actor": ANA, **line})}
        for age, line in lines
    ]
    logs.put_log_events(logGroupName=AUDIT, logStreamName="1", logEvents=events)


def test_lines_lead_to_what_they_are_about(console: httpx.Client) -> None:
    write(LINES)

    response = console.get("/audit")

    shown = text_of(response)
    actions = ("add_secret", "retry_file", "put_entity", "drop")
    assert sorted(map(shown.rindex, actions)) == list(map(shown.rindex, actions))
    assert "Operators/ana@example.com drop sourceB e 1" in shown
    assert 'href="/trace?id=e+1&amp;since=30d"' in response.text
    assert 'href="/entities/CONTRACT/a%2Fb"' in response.text
    assert f'href="/files/{"0" * 32}"' in response.text
    assert "1 to 4 of 4" not in shown


@pytest.mark.parametrize(
    ("query", "found", "command"),
    [
        ({"action": "drop"}, ["drop sourceB"], "ingest audit --action drop"),
        ({"since": "10m"}, ["add_secret", "retry_file"], "ingest audit --since 10m"),
        ({"action": "edit"}, ["No line of the audit log matches."], "ingest audit --action edit"),
        ({"since": "0001-01-01"}, ["drop sourceB"], "ingest audit --since 0001-01-01"),
        ({"action": "x"}, ["action must be one of"], ""),
        ({"page": "0"}, ["page must be a whole number"], ""),
    ],
)
def test_filters_select_lines(
    console: httpx.Client, query: dict[str, str], found: list[str], command: str
) -> None:
    write(LINES)

    shown = text_of(console.get("/audit", params=query))

    assert all(text in shown for text in [*found, command])
    assert ("Operators/ana@example.com drop" in shown) is (found == ["drop sourceB"])


def test_lines_come_in_pages(console: httpx.Client) -> None:
    write([(age, {"action": "drop", "event_id": f"event-{age}"}) for age in range(120, 0, -1)])

    pages = [console.get("/audit", params={"page": number}) for number in (1, 2, 3)]

    assert [page.text.count("event-") // 2 for page in pages] == [50, 50, 20]
    assert "Previous 51 to 100 Next" in text_of(pages[1])
    assert ['rel="next"' in page.text for page in pages] == [True, True, False]


def test_a_page_reads_only_as_far_back_as_it_shows(
    console: httpx.Client, session: RecordingSession
) -> None:
    hours = [300, 30, 2, 1, 0]
    old = [(hour * 3600 + 90, {"action": "drop", "event_id": f"event-{hour}"}) for hour in hours]
    write([*old, *((1, {"action": "drop", "event_id": "last"}) for _ in range(50))])
    starts: list[int] = []

    with session.hooked(
        "before-parameter-build.cloudwatch-logs.FilterLogEvents",
        lambda params, **_: starts.append(params["startTime"]),
    ):
        first = console.get("/audit")
        age_of_first = time.time() - min(starts) / 1000
        second = console.get("/audit", params={"page": 2})

    assert age_of_first < 400
    assert first.text.count(">last<") == 50
    assert re.findall(r">event-(\d+)<", second.text) == [str(hour) for hour in reversed(hours)]


def test_a_long_log_ends_on_a_page(console: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.cli.console.lookups.audit.MAX_PAGES", 1)
    write([(1, {"action": "drop", "event_id": f"event-{number}"}) for number in range(51)])

    first, second = (console.get("/audit", params={"page": number}) for number in (1, 2))

    assert "These are the newest 10,000 lines." in text_of(first)
    assert 'rel="next"' not in first.text
    assert second.status_code == 422


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_line_is_never_markup(console: httpx.Client, text: str) -> None:
    write([(1, {"action": "drop", "event_id": text})])

    response = console.get("/audit")

    assert "<script>alert" not in response.text
    assert "<img" not in response.text
    assert not set("\0\u202e\x1b") & set(response.text)


def test_a_line_that_no_command_wrote_hides_no_other(console: httpx.Client) -> None:
    write(LINES)
    odd: Any = [{"timestamp": int(time.time() * 1000), "message": "<b>by hand</b> e-1"}]
    boto3.client("logs").put_log_events(logGroupName=AUDIT, logStreamName="1", logEvents=odd)

    page = console.get("/audit")
    history = console.get("/dead-letters/history", params={"event": "e-1", "message": "m-1"})

    assert "unreadable <b>by hand</b> e-1" in text_of(page)
    assert "Operators/ana@example.com drop sourceB e 1" in text_of(page)
    assert "unreadable <b>by hand</b> e-1" in text_of(history)
