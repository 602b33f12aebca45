"""The model of the change feed: each written put is one change, in the order of the table."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ingestion.store.change import Change
from tests.faults.history.events import ENTITY
from tests.faults.injection.puts import Fields, Put, State, Version
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.models.table import written_puts

SOURCE = {entity: source for source, entity in ENTITY.items()}


class Step(NamedTuple):
    """One change of an entity: the fields before it, and the state after it."""

    before: Fields
    after: State


Steps = dict[str, list[Step]]


def check_changes(evidence: Evidence, ledger: Ledger) -> None:
    """Compare the subscriber's queue and the deliveries with the written puts and the table."""
    expected = expected_steps(written_puts(evidence.puts))
    for receiver, changes in (
        ("published", evidence.published),
        ("delivered", evidence.delivered),
    ):
        found = received_steps(changes)
        for key in sorted(expected.keys() | found.keys()):
            source = SOURCE.get(key.partition("#")[0], "?")
            ledger.counts[source][f"changes {receiver}"] += len(found.get(key, []))
            what = f"{receiver}: {key}"
            _check_steps(source, what, expected.get(key, []), found.get(key, []), ledger)
            _check_replica(source, what, found.get(key, []), evidence.items.get(key), ledger)


def expected_steps(written: Iterable[Put]) -> Steps:
    """Return the changes of each entity. A repeat with another revision changes nothing."""
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    held: dict[str, State] = {}
    for put in written:
        before = held.get(put.key)
        held[put.key] = put.state
        fields = before.fields if before else None
        is_repeat = before and before.version.origin == put.version.origin and fields == put.fields
        if not is_repeat and (fields is not None or put.fields is not None):
            steps[put.key].append(Step(fields, put.state))
    return steps


def received_steps(changes: Iterable[Change]) -> Steps:
    """Return the changes of each entity in the order of arrival. A repeat has the same id."""
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    for change in {change.id: change for change in changes}.values():
        cause = change.data.cause.model_dump()
        replaces = Version.of(cause["replaces"]) if cause.get("replaces") else None
        after = State(Version.of(cause), change.data.after, replaces)
        steps[change.key].append(Step(change.data.before, after))
    return steps


def _check_steps(
    source: str, what: str, expected: list[Step], found: list[Step], ledger: Ledger
) -> None:
    for step in expected:
        if step not in found:
            ledger.find(source, "changes lost", f"{what} {step.after.version}")
    for step in found:
        if step not in expected:
            ledger.find(source, "unexpected", f"{what} has a change that nobody made: {step}")
    places = [expected.index(step) for step in found if step in expected]
    if places != sorted(places):
        ledger.find(source, "changes out of order", f"{what} in the order {places}")


def _check_replica(
    source: str, what: str, found: list[Step], item: State | None, ledger: Ledger
) -> None:
    """Replay the changes as docs/changes.md asks readers to do, and compare with the table."""
    replica: State | None = None
    for _, after in found:
        if replica is None or _is_next(after, replica):
            replica = after
    published = replica if replica and replica.fields is not None else None
    held = item if item and item.fields is not None else None
    if not _is_equal(published, held):
        ledger.find(source, "replica differs", f"{what} is {held}, and the replica {published}")


def _is_next(after: State, held: State) -> bool:
    if after.replaces == held.version:
        return True
    return after.version != held.replaces and after.version > held.version


def _is_equal(replica: State | None, held: State | None) -> bool:
    """Compare fields and origin. A repeat with another revision has no change of its own."""
    if replica is None or held is None:
        return replica is held
    return (replica.version.origin, replica.fields) == (held.version.origin, held.fields)
