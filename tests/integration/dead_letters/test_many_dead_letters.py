"""Many dead letters are changed by several calls at once. None is lost, doubled or reordered."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.quarantine.source_target import SourceTarget
from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import (
    audited,
    dead_letter,
    drop_into_dead_letters,
    leases,
    stopped,
    work_off,
)
from tests.integration.dead_letters.test_leases import queue_of
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json, contract, event

Counts = Callable[[], dict[str, int]]
NAMES = [f"c-{number:02}" for number in range(35)]
EDIT = ("edit", "--reason", "invalid_entity", "--set", "data.contract_type=works", "--yes")


class SlowTarget(SourceTarget):
    """A target whose messages all take long."""

    def is_slow(self, _: DeadLetter) -> bool:
        """Return true."""
        return True


def test_dead_letters_of_one_entity_are_redriven_in_their_order(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    events = [event(contract("c-1"), id=name) for name in NAMES]
    drop_into_dead_letters(cloud, *(each.json_bytes.decode() for each in events))
    published: list[str] = []

    def note(params: Json, **_: Any) -> None:
        entries = params["PublishBatchRequestEntries"]
        published.extend(event_id(entry["Message"]) for entry in entries)

    with session.hooked("provide-client-params.sns.PublishBatch", note):
        result = ingest("redrive", "--source", "sourceB")

    assert result.exit_code == 0, result.output
    assert published == NAMES
    assert cloud.dead_letters() == []


def event_id(message: str) -> str:
    return type(event()).from_json(message).id


@pytest.mark.parametrize("options", [(), ("--redrive",)], ids=["save", "redrive"])
def test_after_a_crash_between_large_pages_each_event_is_stored_once(
    cloud: Cloud,
    ingest: Ingest,
    counts: Counts,
    session: RecordingSession,
    options: tuple[str, ...],
) -> None:
    dead_letter(cloud, *leases(*NAMES))
    counts()
    calls: Counter[str] = Counter()

    def stop_after_the_first_page(model: Any, **_: Any) -> None:
        calls[model.name] += 1
        if calls["DeleteMessageBatch"] > 1:
            stopped()

    with session.hooked("before-call.sqs", stop_after_the_first_page):
        assert ingest(*EDIT, *options).exit_code != 0
    lines = audited()
    again = ingest(*EDIT, *options)
    ingest("redrive")
    work_off(cloud)

    assert len([each for each in lines if each[0] == "edit"]) == 30  # Before the act: 10, then 20.
    assert again.exit_code == 0, again.output
    assert counts() == {"EventStored": 35, "EventRedriven": 35}
    assert len(cloud.rows()) == 35
    assert cloud.dead_letters() == []


@pytest.mark.usefixtures("ingest")
def test_messages_that_take_long_are_redriven_in_tens_under_a_new_lease(
    cloud: Cloud, checkout: Checkout, session: RecordingSession
) -> None:
    dead_letter(cloud, *leases(*NAMES))
    target = SlowTarget(Deployment.load("local", checkout), show_personal=False)
    calls: list[list[int]] = []

    def note(params: Json, **_: Any) -> None:
        calls.append([entry["VisibilityTimeout"] for entry in params["Entries"]])

    with session.hooked("provide-client-params.sqs.ChangeMessageVisibilityBatch", note):
        queue = replace(queue_of(checkout), target=target)
        with queue.leased() as pages:
            steps = [len(step) for page in pages for step in queue.steps(page) if step]
            renewed, calls[:] = calls.copy(), []

    assert steps == [10, 10, 10, 5]
    assert renewed == [[900] * 10] * 3 + [[900] * 5]
    assert list(chain.from_iterable(calls)) == [0] * 35  # The end releases all.
