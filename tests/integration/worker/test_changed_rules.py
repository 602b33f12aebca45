"""A payload that is posted again under changed rules: the event that was received later wins."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.event import Event
from tests.integration.cloud import Cloud
from tests.support.factories import Json, contract, delete_event, event

RECEIVED = [f"2026-02-0{day}T00:00:00.000000Z" for day in range(1, 6)]
OLD_RULES, NEW_RULES = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
Counts = Callable[[], dict[str, int]]


def made(name: str, mapping: str | None, day: int, **changes: Any) -> Event:
    """Return the event that rules made of the payload on this day."""
    data = contract(contract_name=name)
    return event(data, mapping=mapping, receivedat=RECEIVED[day], **changes)


FIRST = made("active", OLD_RULES, 1)
CHANGED = made("terminated", NEW_RULES, 2)
ROLLED_BACK = made("active", OLD_RULES, 3)
SAME_DATA = made("active", NEW_RULES, 2)
DELETED = delete_event(mapping=NEW_RULES, receivedat=RECEIVED[2])
EDITED = made("edited", OLD_RULES, 1, revision=RECEIVED[3])
EDITED_BEFORE = made("edited", OLD_RULES, 0, revision=RECEIVED[1])


def final(cloud: Cloud) -> Json:
    """Return what the row of contract c-1 says, and which event made it."""
    row = cloud.rows()["CONTRACT#c-1"]
    provenance = row["_event"]
    return {
        "name": row.get("contract_name"),
        "mapping": provenance["mapping"],
        "received_at": provenance["received_at"],
    }


def said(expected: Event) -> Json:
    """Return what the row says if this event made it."""
    return {
        "name": expected.data.get("contract_name"),
        "mapping": expected.mapping,
        "received_at": expected.receivedat,
    }


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(FIRST, CHANGED, id="changed"),
        pytest.param(FIRST, SAME_DATA, id="changed without an effect"),
        pytest.param(FIRST, DELETED, id="changed to a deletion"),
        pytest.param(CHANGED, ROLLED_BACK, id="rolled back"),
        pytest.param(CHANGED, EDITED, id="edited after the later receipt"),
        pytest.param(EDITED_BEFORE, CHANGED, id="edited before the later receipt"),
    ],
)
def test_the_later_receipt_wins_in_every_order_of_arrival(
    cloud: Cloud, first: Event, last: Event
) -> None:
    for order in set(permutations("0011")):
        cloud.empty_table()
        cloud.work(*((first, last)[int(position)] for position in order))
        assert final(cloud) == said(last), order

    assert cloud.dead_letters() == []


def test_rules_that_are_rolled_back_win_again(cloud: Cloud) -> None:
    cloud.work(FIRST, CHANGED, ROLLED_BACK)
    cloud.work(CHANGED, FIRST, ROLLED_BACK)

    assert final(cloud) == said(ROLLED_BACK)
    assert cloud.dead_letters() == []


@settings(max_examples=25)
@given(data=st.data())
def test_several_changes_of_the_rules_converge(cloud: Cloud, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(["x", "y"]), min_size=2, max_size=5))
    history = [made(name, f"{day}" * 12, day) for day, name in enumerate(names)]
    order = data.draw(st.permutations([*history, *history]))
    cloud.empty_table()

    cloud.work(*order)

    assert final(cloud) == said(history[-1])
    assert cloud.dead_letters() == []


def test_the_item_the_reader_and_the_change_have_the_receipt_as_revision(
    cloud: Cloud, counts: Counts
) -> None:
    cloud.work(FIRST, CHANGED)

    cloud.publish_changes(cloud.stream())
    stored = cloud.read("CONTRACT/c-1").document["event"]
    cause = cloud.published_changes()[-1].data.cause
    assert (stored["revision"], stored["mapping"]) == (RECEIVED[2], NEW_RULES)
    assert (cause.revision, cause.mapping) == (RECEIVED[2], NEW_RULES)
    assert counts() == {"EventStored": 2, "ChangePublished": 2, "QueryAnswered": 1}


def test_the_first_event_of_changed_rules_has_no_revision(cloud: Cloud) -> None:
    cloud.work(CHANGED)

    assert "revision" not in cloud.rows()["CONTRACT#c-1"]["_event"]


def test_unchanged_data_is_a_duplicate_without_a_change(cloud: Cloud, counts: Counts) -> None:
    cloud.work(FIRST, SAME_DATA, SAME_DATA)

    assert counts() == {"EventStored": 1, "EventDuplicated": 2}
    cloud.publish_changes(cloud.stream())
    assert len(cloud.published_changes()) == 1


def test_an_earlier_receipt_is_superseded(cloud: Cloud, counts: Counts) -> None:
    cloud.work(CHANGED, FIRST)

    assert counts() == {"EventStored": 1, "EventSuperseded": 1}
    assert "revision" not in cloud.rows()["CONTRACT#c-1"]["_event"]


@pytest.mark.parametrize(
    "history",
    [
        pytest.param((FIRST, made("other", OLD_RULES, 2)), id="the same rules"),
        pytest.param((FIRST, CHANGED, made("other", NEW_RULES, 3)), id="changed rules before"),
        pytest.param((FIRST, made("other", NEW_RULES, 1)), id="the same receipt"),
        pytest.param((FIRST, made("other", None, 2)), id="an event without rules"),
        pytest.param((made("other", None, 1), CHANGED), id="stored without rules"),
    ],
)
def test_an_id_of_other_data_is_dead_lettered(cloud: Cloud, history: tuple[Event, ...]) -> None:
    cloud.work(*history)

    [(_, reason, _)] = cloud.dead_letters()
    assert reason == "id_reused"


@pytest.mark.parametrize(
    ("history", "calls"),
    [
        pytest.param((FIRST, made("newer", OLD_RULES, 2, id="event-2")), 2, id="other events"),
        pytest.param((FIRST, FIRST, ROLLED_BACK), 3, id="repeats"),
        pytest.param((CHANGED, FIRST), 2, id="an earlier receipt"),
        pytest.param((FIRST, CHANGED), 3, id="a later receipt"),
    ],
)
def test_only_a_later_receipt_costs_a_second_call(
    cloud: Cloud, history: tuple[Event, ...], calls: int
) -> None:
    made_calls: list[Json] = []
    before = "provide-client-params.dynamodb.*"
    cloud.worker_runtime.store.dynamodb.meta.events.register(
        before, lambda params, **_: made_calls.append(params)
    )

    cloud.work(*history)

    assert len(made_calls) == calls


def test_an_event_that_arrives_between_both_calls_is_not_overwritten(cloud: Cloud) -> None:
    cloud.work(FIRST)
    newest = made("newest", "cccccccccccc", 4)
    events = cloud.worker_runtime.store.dynamodb.meta.events

    def overtake(**_: Any) -> None:
        events.unregister("after-call.dynamodb.PutItem", overtake)
        cloud.work(newest)

    events.register("after-call.dynamodb.PutItem", overtake)
    cloud.work(CHANGED)

    assert final(cloud) == said(newest)
    assert cloud.dead_letters() == []
