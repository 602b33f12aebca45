"""The history holds every kind of event, and is the same for the same seed."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from ingestion.syntax.times import timestamp
from tests.faults.history.corrections import plan_corrections
from tests.faults.history.events import Kind, Workload
from tests.faults.unit.factories import RUN

STARTED = datetime(2026, 11, 1, tzinfo=UTC)
SECONDS = 60


def workload(seed: int = 1) -> Workload:
    return Workload(RUN, 1000, seed, STARTED, SECONDS)


HISTORY = workload().planned()
BY_LABEL = {event.label: event for event in HISTORY}


def test_equal_seeds_give_equal_histories() -> None:
    assert workload().planned() == HISTORY
    assert workload(seed=2).planned() != HISTORY


def test_every_kind_of_event_is_in_the_history() -> None:
    assert {event.kind for event in HISTORY} == set(Kind)
    assert any(event.fields is None for event in HISTORY)
    assert any(event.text for event in HISTORY)
    assert len(HISTORY) > len(BY_LABEL)  # Some are repeated.


def test_some_times_are_ahead_and_some_too_far() -> None:
    ahead = {event.kind for event in HISTORY if event.version.time > timestamp(STARTED)}
    latest = timestamp(STARTED + timedelta(minutes=5, seconds=SECONDS))

    assert {Kind.GOOD, Kind.REFUSED} <= ahead
    assert all(event.version.time < latest for event in HISTORY if event.kind is not Kind.REFUSED)


def test_each_reused_id_has_two_contents_of_one_entity_and_time() -> None:
    reused = [event for event in BY_LABEL.values() if event.kind is Kind.REUSED]
    others = {(event.key, event.version): event for event in reused if event.is_reuse}
    firsts = {(event.key, event.version): event for event in reused if not event.is_reuse}

    assert others
    assert others.keys() == firsts.keys()
    assert all(others[name].fields != firsts[name].fields for name in others)


def test_no_other_event_hides_which_of_two_rivals_wins() -> None:
    by_key = Counter(event.key for event in BY_LABEL.values())
    shared = [event for event in BY_LABEL.values() if "-own" in event.key]

    assert {Kind.GOOD, Kind.REUSED} == {event.kind for event in shared}
    assert {by_key[event.key] for event in shared} == {2}


def test_the_id_and_the_source_alone_decide_between_some_events() -> None:
    good = [event for event in BY_LABEL.values() if event.kind is Kind.GOOD]
    of_entity = Counter((event.key, event.version.time) for event in good)
    same_id = Counter((event.key, event.version.time, event.id) for event in good)

    assert max(of_entity.values()) > 1
    assert max(same_id.values()) > 1


def test_corrections_are_puts_and_deletes_and_some_are_about_events_ahead() -> None:
    corrections = plan_corrections(workload(), HISTORY, seed=1)

    ahead = {event.key for event in HISTORY if event.version.time > timestamp(STARTED)}
    assert any(correction.key in ahead for correction in corrections)
    assert {correction.fields is None for correction in corrections} == {True, False}
    assert {correction.times for correction in corrections} == {1, 2}
    assert len({correction.request_key for correction in corrections}) == len(corrections)
