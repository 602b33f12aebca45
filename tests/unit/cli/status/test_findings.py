"""Each rule finds its problem, and nothing in a part that works."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingestion.cli.app import Commands
from ingestion.cli.status.findings.causes import CAUSES
from ingestion.cli.status.findings.effects import EFFECTS
from ingestion.cli.status.findings.find import find_problems
from ingestion.cli.status.findings.finding import REPAIR, Finding
from ingestion.cli.status.reader import Snapshot
from ingestion.cli.status.silence import Silence
from ingestion.cli.status.status import Status
from ingestion.store.closed_sources import Closing

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=4, hours=3)
LONG = Silence(seconds=7300, allowed_seconds=1800, is_declared=True)
PROBLEMS = {
    *("paused", "closed", "no_mapping", "fails", "throttled", "messages_wait", "dead_letters"),
    *("unrouted", "requests_refused", "files_refused", "silent"),
}
WORKING: dict[str, Any] = {
    "name": "sourceB",
    "kind": "source",
    "depth": 0,
    "in_flight": 0,
    "retention_days": 14.0,
    "mapping_state": "Enabled",
    "dead_letters": 0,
}


def found(**fields: Any) -> list[Finding]:
    status = Status(**WORKING | fields)
    return [problem for rule in (*CAUSES, *EFFECTS) if (problem := rule(status, NOW))]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"depth": 400, "in_flight": 20, "oldest_age_seconds": 60},
        {"mapping_state": "Enabling"},
        {"kind": "subscriber", "depth": None, "in_flight": None, "mapping_state": None},
        {"kind": "changes", "depth": None, "mapping_state": None},
        {"kind": "search", "depth": 3},
    ],
    ids=["idle", "busy", "resuming", "own queue", "changes", "search"],
)
def test_a_part_that_works_has_no_problem(fields: dict[str, Any]) -> None:
    assert found(**fields) == []


@pytest.mark.parametrize(
    ("fields", "ending"),
    [
        ({}, "and no message waits."),
        (
            {"depth": 61_868},
            "and 61,868 messages wait. SQS deletes each message 14 days after it was sent.",
        ),
        (
            {"depth": 1, "oldest_age_seconds": 3600, "oldest_expires_at": LATER},
            "and 1 message waits. SQS deletes the oldest in 4 days (2026-02-04 15:00 UTC).",
        ),
    ],
    ids=["empty", "unknown age", "known age"],
)
def test_a_pause_says_what_waits_and_when_the_oldest_expires(
    fields: dict[str, Any], ending: str
) -> None:
    [problem] = found(mapping_state="Disabled", **fields)

    assert problem == Finding(
        "sourceB",
        "paused",
        f"sourceB is paused: its worker stores nothing, {ending}",
        ("ingest", "resume", "sourceB"),
        fields.get("depth", 0),
    )


def test_requests_that_a_closed_source_refuses_are_no_problem_of_their_own() -> None:
    problems = found(closing=Closing(), refused_requests={503: 9})

    assert [problem.problem for problem in problems] == ["closed"]


def test_a_closed_source_names_what_must_be_handled_before_it_is_removed() -> None:
    closing = Closing(retry_after_seconds=60, closed_at="2026-01-31T11:00:00.000000Z")

    [empty] = found(closing=closing)
    [left, *_] = found(closing=closing, depth=2, in_flight=1, dead_letters=1)

    start = "sourceB is closed since 2026-01-31T11:00Z: each POST gets 503 with Retry-After: 60."
    assert empty.text == f"{start} Its queues are empty: a deployment may remove it."
    assert left.text == (
        f"{start} Do not remove it yet: 3 messages wait and 1 dead letter in its queues."
    )


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("source", None, "does not exist"),
        ("source", "Deleting", "is Deleting"),
        ("subscriber", "Disabled", "is Disabled"),
        ("search", "Disabled", "is Disabled"),
    ],
)
def test_a_queue_that_no_function_consumes_is_a_problem(
    kind: str, state: str | None, said: str
) -> None:
    [problem] = found(kind=kind, mapping_state=state)

    assert f"the event source mapping of its queue {said}." in problem.text
    assert problem.words == REPAIR


@pytest.mark.parametrize(
    "explained",
    [
        {"mapping_state": "Disabled"},
        {"last_failure_at": NOW, "retried": 1},
        {"throttled_calls": 1},
    ],
)
def test_late_messages_are_named_only_if_nothing_explains_them(explained: dict[str, Any]) -> None:
    late = {"depth": 5, "oldest_age_seconds": 901}

    assert [problem.problem for problem in found(**late)] == ["messages_wait"]
    assert "messages_wait" not in [problem.problem for problem in found(**late, **explained)]


def test_without_an_age_a_long_lag_shows_that_messages_are_late() -> None:
    [problem] = found(depth=61_868, lag_seconds=1200)

    assert problem.problem == "messages_wait"
    assert "events reach the table 20 minutes after their receipt, and 61,868" in problem.text
    assert found(lag_seconds=1200) == []


@pytest.mark.parametrize(
    ("silence", "text"),
    [
        (LONG, "for 2 hours. Its catalog entry expects one every 30 minutes."),
        (LONG._replace(seconds=None), "for the last 14 days. Its catalog entry expects one"),
        (LONG._replace(is_declared=False), "Before, the longest time without events in 14 days"),
    ],
)
def test_a_silent_source_is_named_with_what_was_expected(silence: Silence, text: str) -> None:
    [problem] = found(silence=silence)

    assert problem.text.startswith("sourceB is silent: no event was accepted for ")
    assert text in problem.text
    assert problem.words == ("ingest", "source", "check", "sourceB")


def test_the_silence_of_a_closed_source_is_no_problem_of_its_own() -> None:
    problems = found(closing=Closing(), silence=LONG)

    assert [problem.problem for problem in problems] == ["closed"]


def test_a_failing_indexer_and_its_late_changes_are_found() -> None:
    search = {"name": "search", "kind": "search"}

    [failure] = found(**search, last_failure_at=NOW, retried=2)
    [late] = found(**search, depth=5, oldest_age_seconds=901)

    assert failure.text.startswith("The indexer of search fails: 2 failed attempts")
    assert failure.words[:4] == ("ingest", "logs", "--function", "indexer")
    assert late.problem == "messages_wait"


def test_the_log_of_a_shared_function_is_named_by_the_function() -> None:
    [problem] = found(name="changes", kind="changes", last_failure_at=NOW, retried=2)

    assert problem.text.startswith("The function changes fails: 2 failed attempts in the last")
    assert problem.words == ("ingest", "logs", "--function", "changes", "--since", "15m")


def test_failures_come_before_what_people_did_and_the_largest_first() -> None:
    parts: list[dict[str, Any]] = [
        {"name": "sourceA", "mapping_state": "Disabled", "depth": 5000, "dead_letters": 1},
        {"name": "sourceB", "dead_letters": 1008},
        {"name": "sourceC", "closing": Closing(), "refused_files": 2},
        {"name": "sourceD", "mapping_state": None, "depth": 70},
    ]
    statuses = [Status(**WORKING | fields) for fields in parts]

    problems = find_problems(Snapshot(NOW, statuses))

    assert [(each.part, each.problem) for each in problems] == [
        ("sourceB", "dead_letters"),
        ("sourceD", "no_mapping"),
        ("sourceC", "files_refused"),
        ("sourceA", "dead_letters"),
        ("sourceA", "paused"),
        ("sourceC", "closed"),
    ]


def test_each_command_to_run_next_is_one_that_exists() -> None:
    failing = {"last_failure_at": NOW, "retried": 1}
    problems = [
        *found(closing=Closing(), dead_letters=1, refused_files=1, **failing),
        *found(mapping_state="Disabled", throttled_calls=1),
        *found(mapping_state=None, name="subscriber web", kind="subscriber", **failing),
        *found(name="changes", kind="changes", depth=None, dead_letters=1, **failing),
        *found(name="files", kind="files", depth=None, refused_files=1),
        *found(name="unrouted", kind="unrouted", depth=1),
        *found(oldest_age_seconds=901, refused_requests={403: 1}, silence=LONG),
    ]

    of_ingest = [problem.words for problem in problems if problem.words[0] == "ingest"]
    assert {problem.problem for problem in problems} == PROBLEMS
    assert [words for words in of_ingest if not exists(*words)] == []


def exists(_: str, name: str, *words: str) -> bool:
    """Return whether the command line names a command and options that it has."""
    lazy: Any = Commands().commands.get(name)
    loaded = lazy and lazy.load()
    named = getattr(loaded, "commands", {}).get(words[0], loaded)
    options = {option for parameter in named.params for option in parameter.opts}
    return {word for word in words if word.startswith("--")} <= options
