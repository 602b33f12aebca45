"""Whatever a topic refuses, it takes the events of an entity in their order."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.event import Message
from tests.support.canned import Canned, aws_error
from tests.support.canned_topic import Entries, Topic, event_of, takes
from tests.support.factories import Json, contract, event

# What the topic does with the first attempts for an event; it takes the event after these.
Fault = Literal["refuse", "leave_out", "throttle_the_call", "lose_the_answer"]
FAULTS: tuple[Fault, ...] = get_args(Fault)


@dataclass
class FaultyTopic:
    """A topic that follows the script of each event. Like SNS, it ignores a repeat."""

    scripts: dict[str, list[Fault]] = field(default_factory=dict)
    refused_for_good: frozenset[str] = frozenset()
    taken: list[str] = field(default_factory=list)

    def respond(self, entries: Entries) -> Canned:
        faults = {event_of(entry).id: self._next_fault(entry) for entry in entries}
        if "throttle_the_call" in faults.values():
            return aws_error("Throttled")
        failed = [entry for entry in entries if faults[event_of(entry).id] == "refuse"]
        silent = [entry for entry in entries if faults[event_of(entry).id] == "leave_out"]
        for_good = [entry for entry in entries if event_of(entry).id in self.refused_for_good]
        missing = [*failed, *silent, *for_good]
        found = [event_of(entry).id for entry in entries if entry not in missing]
        self.taken += [event_id for event_id in found if event_id not in self.taken]
        if "lose_the_answer" in faults.values():
            return aws_error("InternalError", 500)
        named = [entry for entry in entries if entry not in silent]
        return takes(named, [*failed, *for_good], sender_fault=bool(for_good))

    def _next_fault(self, entry: Json) -> Fault | None:
        script = self.scripts.get(event_of(entry).id)
        return script.pop(0) if script else None


def publisher(topic: FaultyTopic) -> Callable[[Collection[Message]], list[Message]]:
    """Return a function that publishes events and returns those that the topic did not take."""
    router = replace(Topic(topic.respond).router, first_pause_seconds=0)

    def publish(events: Collection[Message]) -> list[Message]:
        return [event for event, _ in router.publish(events, time.monotonic() + 60).unpublished]

    return publish


def history(entities: Iterable[int]) -> list[Message]:
    """Return one event for each number, which is that of its entity."""
    numbered = enumerate(entities)
    return [event(contract(f"c-{n}"), id=f"{n}/{position}") for position, n in numbered]


def order_of(event_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids of each entity, in their order."""
    order: dict[str, list[str]] = defaultdict(list)
    for event_id in event_ids:
        order[event_id.partition("/")[0]].append(event_id)
    return order


HISTORIES = st.lists(st.integers(0, 12), min_size=1, max_size=60).map(history)


@given(HISTORIES, st.data())
def test_the_topic_takes_the_events_of_each_entity_in_their_order(
    events: list[Message], data: st.DataObject
) -> None:
    ids = [event.id for event in events]
    script = st.lists(st.sampled_from(FAULTS), max_size=3)
    scripts = data.draw(st.dictionaries(st.sampled_from(ids), script, max_size=20))
    topic = FaultyTopic(scripts)

    left = publisher(topic)(events)

    assert left == []
    assert len(topic.taken) == len(events)
    assert order_of(topic.taken) == order_of(ids)


@given(HISTORIES, st.data())
def test_events_that_were_left_follow_in_order_when_they_are_published_again(
    events: list[Message], data: st.DataObject
) -> None:
    ids = [event.id for event in events]
    refused = data.draw(st.frozensets(st.sampled_from(ids)))
    topic = FaultyTopic(refused_for_good=refused)
    publish = publisher(topic)

    left = publish(events)
    before = order_of(topic.taken)
    topic.refused_for_good = frozenset()
    rest = publish(left)

    refused_groups = {event_id.partition("/")[0] for event_id in refused}
    assert rest == []
    assert order_of(topic.taken) == order_of(ids)
    for group, given_order in order_of(ids).items():
        taken_first = before.get(group, [])
        assert taken_first == given_order[: len(taken_first)]
        assert group in refused_groups or taken_first == given_order


@pytest.mark.parametrize("fault", FAULTS)
def test_a_later_event_of_an_entity_waits_for_the_first(fault: Fault) -> None:
    topic = FaultyTopic({"0/0": [fault]})

    left = publisher(topic)(history([0, 0]))

    assert left == []
    assert topic.taken == ["0/0", "0/1"]
