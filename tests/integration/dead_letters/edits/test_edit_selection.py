"""`ingest dlq edit` edits a selection of similar dead letters with one command."""

import json
import shlex
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

from ingestion.cli.checkout import Checkout
from ingestion.cli.dlq.dead_letter import Replacement
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import (
    audited,
    dead_letter,
    ids,
    leases,
    listed,
    stopped,
    work_off,
)
from tests.integration.dead_letters.test_leases import queue_of
from tests.integration.used_grants import RecordingSession
from tests.support.canned import Canned, canned
from tests.support.factories import Json, contract

Counts = Callable[[], dict[str, int]]
NAMES = [f"c-{number:02}" for number in range(12)]
MANY = [f"c-{number:03}" for number in range(100)]
EDIT = ("edit", "--reason", "invalid_entity", "--set", "data.contract_type=works")


def message(result: Result) -> str:
    return " ".join(result.stderr.split())


def test_similar_dead_letters_are_edited_and_redriven_by_one_command(
    cloud: Cloud, ingest: Ingest, counts: Counts
) -> None:
    dead_letter(cloud, *leases(*NAMES))
    counts()

    result = ingest(*EDIT, "--source", "sourceB", "--redrive", "--yes")
    work_off(cloud)

    assert result.exit_code == 0, result.output
    assert "all 12 dead letters: data.contract_type: " in message(result)
    assert "Edited and redrove 12 dead letters." in message(result)
    assert {row["contract_type"] for row in cloud.rows().values()} == {"works"}
    assert counts() == {"EventStored": 12, "EventRedriven": 12}
    assert cloud.dead_letters() == []
    assert sorted(audited()) == sorted((act, n) for act in ("edit", "redrive") for n in NAMES)


def test_saved_edits_are_redriven_by_the_command_that_is_printed(
    cloud: Cloud, ingest: Ingest
) -> None:
    dead_letter(cloud, *leases(*NAMES))

    saved = ingest(*EDIT, "--yes")
    command = message(saved).partition("may be redriven now: ingest dlq ")[2]
    redriven = ingest(*shlex.split(command))
    work_off(cloud)

    assert "Saved 12 dead letters" in message(saved)
    assert command == "redrive --source sourceB --reason invalid_entity"
    assert redriven.exit_code == 0, redriven.output
    assert len(cloud.rows()) == 12


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        ((), 2, "Nothing was changed: there is no terminal for the question; add --yes"),
        (("--dry-run", "--yes"), 0, "Nothing was changed: this is a dry run"),
    ],
    ids=["no terminal", "dry run"],
)
def test_an_edit_that_is_not_confirmed_shows_what_it_would_change(
    cloud: Cloud, ingest: Ingest, options: tuple[str, ...], code: int, why: str
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))
    before = [each["message_id"] for each in listed(ingest)["letters"]]

    result = ingest(*EDIT, *options)
    single = ingest("edit", "c-1", "--set", "data.contract_type=works", "--dry-run")

    assert (result.exit_code, single.exit_code) == (code, 0)
    assert "2 dead letters are selected, 0 would still fail" in message(result)
    changed = '2 dead letters (c-1, c-2): data.contract_type: "lease" → "works"'
    assert changed in message(result)
    assert why in message(result)
    assert "Nothing was changed: this is a dry run" in message(single)
    assert sorted(each["message_id"] for each in listed(ingest)["letters"]) == sorted(before)
    assert audited() == []


@pytest.mark.parametrize("option", ["--redrive", "--yes"])
def test_an_edit_that_leaves_an_event_invalid_leaves_it_as_it_was(
    cloud: Cloud, ingest: Ingest, option: str
) -> None:
    other = {"id": "bad", "subject": "bad", "data": contract("bad", contract_name=5)}
    dead_letter(cloud, *leases("c-1"), other, "no event")

    result = ingest("edit", "--source", "sourceB", *EDIT[3:], "--yes", option, "-o", "json")

    assert result.exit_code == 4
    assert "bad: would still fail: invalid_entity: data.contract_name" in message(result)
    assert "would still fail: the message is not a JSON object" in message(result)
    document = json.loads(result.stdout)
    saved = {edit["event_id"]: edit["saved"] for edit in document["edits"]}
    assert (document["saved"], saved.pop("c-1"), saved.pop("bad")) == (1, True, False)
    assert list(saved.values()) == [False]
    left = {body: reason for body, reason, _ in cloud.dead_letters()}
    assert left["no event"] == "invalid_event"
    assert any('"contract_name": 5' in body and "revision" not in body for body in left)


def test_nothing_is_changed_if_every_edited_event_would_fail(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    result = ingest("edit", "--source", "sourceB", "--set", "data.contract_name=x", "--yes")

    assert result.exit_code == 4
    assert "Nothing was changed: no edited event would succeed" in message(result)
    assert audited() == []


def test_only_events_of_the_entity_are_edited(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"), {"id": "r-1", "type": "rocket.upsert"})

    result = ingest("edit", "--entity", "contract", *EDIT[3:], "--yes")
    redriven = ingest("redrive", "--entity", "CONTRACT")

    assert "Saved 1 dead letter" in message(result)
    assert redriven.exit_code == 0, redriven.output
    assert ids(listed(ingest)) == ["r-1"]


@pytest.mark.parametrize("options", [(), ("--redrive",)], ids=["save", "redrive"])
def test_an_edit_takes_less_than_one_call_for_each_dead_letter(
    cloud: Cloud, ingest: Ingest, session: RecordingSession, options: tuple[str, ...]
) -> None:
    dead_letter(cloud, *leases(*MANY))
    calls: Counter[str] = Counter()

    def note(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    with session.hooked("before-call", note):
        result = ingest(*EDIT, "--source", "sourceB", "--yes", *options)

    assert result.exit_code == 0, result.output
    assert calls.total() < 60, calls
    assert calls["PutLogEvents"] == 4  # The pages grow: 10, 20, 40, and the other 30.


@pytest.mark.parametrize("options", [(), ("--redrive",)], ids=["save", "redrive"])
def test_after_a_crash_in_the_middle_each_event_is_stored_once(
    cloud: Cloud,
    ingest: Ingest,
    counts: Counts,
    session: RecordingSession,
    options: tuple[str, ...],
) -> None:
    dead_letter(cloud, *leases(*NAMES))
    counts()

    with session.hooked("before-call.sqs.DeleteMessageBatch", stopped):
        assert ingest(*EDIT, "--yes", *options).exit_code != 0
    again = ingest(*EDIT, "--yes", *options)
    ingest("redrive")
    work_off(cloud)

    assert again.exit_code == 0, again.output
    assert counts() == {"EventStored": 12, "EventRedriven": 12}
    assert len(cloud.rows()) == 12
    assert cloud.dead_letters() == []


def test_an_edit_stops_when_the_queue_does_not_accept_a_dead_letter(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    dead_letter(cloud, *leases(*NAMES))
    failed: Json = {"Id": "1", "SenderFault": False, "Code": "InternalError"}
    calls: list[Any] = []

    def refuse(params: Json, **_: Any) -> Canned:
        calls.append(params)
        return canned({"Failed": [failed]})

    with session.hooked("before-call.sqs.SendMessageBatch", refuse):
        result = ingest(*EDIT, "--yes")

    assert result.exit_code == 5
    assert "Not saved: 12 of 12. They were not accepted, are gone, or" in message(result)
    assert len(calls) == 1
    assert ids(listed(ingest)) == NAMES


@pytest.mark.usefixtures("ingest")
def test_large_dead_letters_are_replaced_in_several_calls(cloud: Cloud, checkout: Checkout) -> None:
    dead_letter(cloud, *leases("c-1", "c-2", "c-3"))
    queue = queue_of(checkout)

    with queue.leased() as pages:
        page = next(pages)
        large = [Replacement(old, "x" * 120_000, old.message_id) for old in page]
        replaced = queue.replace(large)

    assert replaced == page
    assert [len(body) for body, _, _ in cloud.dead_letters()] == [120_000] * 3
