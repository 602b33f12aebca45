"""The table ends as the sorted history, whatever is repeated, lost or late."""

from collections import Counter
from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import given, settings

from ingestion.event import Event
from tests.integration.cloud import Cloud
from tests.integration.faulty_platform import TROUBLE, Counts, Outcome, Platform, Trouble, batches
from tests.integration.histories import (
    HISTORIES,
    PATHS,
    POSTABLE_HISTORIES,
    RANDOMS,
    RECEIVED,
    History,
    version,
)
from tests.support.factories import Json
from tests.support.invocations import record


@pytest.fixture
def platform(cloud: Cloud, counts: Counts, monkeypatch: pytest.MonkeyPatch) -> Platform:
    return Platform(cloud, counts, monkeypatch)


def outcome_of(history: History, received_at: Any = RECEIVED) -> Outcome:
    """Return the outcome of a sorted history when each event is applied once."""
    rows: dict[str, Json] = {}
    for happened in history:
        name, operation = happened.type.upper().split(".")
        key = f"{name}#{happened.subject}"
        origin = {"id": happened.id, "source": happened.source, "time": happened.time}
        origin |= {"revision": happened.revision} if happened.revision else {}
        times = {"received_at": received_at, "stored_at": ANY}
        fields = {field: value for field, value in happened.data.items() if value is not None}
        indexed = {"ENTITY_NAME": name, "_shard": ANY, "_stored_at": ANY}
        kept = {"_expires_at": ANY} if operation == "DELETE" else {**indexed, **fields}
        rows[key] = {"ID": key, "_event": origin | times, **kept}
    return rows, {key: row for key, row in rows.items() if "ENTITY_NAME" in row}, []


def counts_of(delivered: History) -> Counter[str]:
    """Return the counts of events that are delivered without faults."""
    newest: dict[str, Event] = {}
    counts: Counter[str] = Counter()
    for arrived in delivered:
        stored = newest.get(arrived.key)
        if stored is None or version(stored) < version(arrived):
            newest[arrived.key] = arrived
        if stored is not None and origin_and_data(stored) == origin_and_data(arrived):
            counts["EventDuplicated"] += 1
        elif newest[arrived.key] is arrived:
            counts["EventStored"] += 1
        else:
            counts["EventSuperseded"] += 1
    return counts


def origin_and_data(happened: Event) -> Any:
    """Return what makes an event a duplicate of the stored one, whatever its revision."""
    data = {name: value for name, value in happened.data.items() if value is not None}
    return version(happened)[:3], happened.type, data


def by_source(history: History, rng: Random) -> dict[str, History]:
    """Split the history by source, with some events repeated."""
    sent = [*history, *rng.sample(history, rng.randint(0, len(history)))]
    return {source: [one for one in sent if one.source == source] for source in PATHS}


@settings(max_examples=50)
@given(history=HISTORIES, trouble=TROUBLE, rng=RANDOMS)
def test_any_delivery_ends_in_the_table_of_the_sorted_history(
    platform: Platform, history: History, trouble: Trouble, rng: Random
) -> None:
    platform.begin(trouble)
    sent = by_source(history, rng)

    platform.deliver({source: list(map(record, sent[source])) for source in sent}, rng)

    assert platform.outcome() == outcome_of(history)
    assert platform.stale == []


@pytest.mark.parametrize(
    "delivered",
    [
        pytest.param(lambda history: history, id="in order"),
        pytest.param(lambda history: history[::-1], id="in reverse"),
        pytest.param(lambda history: history * 2, id="twice"),
        pytest.param(lambda history: history[::-1] + history, id="in reverse and in order"),
    ],
)
@settings(max_examples=10)
@given(history=HISTORIES)
def test_order_and_repetition_do_not_change_the_table(
    platform: Platform, delivered: Callable[[History], History], history: History
) -> None:
    platform.begin(Trouble({}, [], 0))
    counted: Counter[str] = Counter()

    for source, run in groupby(delivered(history), attrgetter("source")):
        counted += platform.work(source, list(map(record, run)))[1]

    assert platform.outcome() == outcome_of(history)
    assert counted == counts_of(delivered(history))


@settings(max_examples=40)
@given(history=POSTABLE_HISTORIES, trouble=TROUBLE, rng=RANDOMS)
def test_posts_repeated_until_accepted_end_in_the_table_of_the_sorted_history(
    platform: Platform, history: History, trouble: Trouble, rng: Random
) -> None:
    platform.begin(trouble)
    unsent = by_source(history, rng)

    for source, sent in batches(unsent, rng):
        if not platform.post(source, sent):
            unsent[source] += sent
        platform.deliver({source: platform.cloud.queued(source)}, rng)

    assert platform.outcome() == outcome_of(history, received_at=ANY)
    assert platform.stale == []
