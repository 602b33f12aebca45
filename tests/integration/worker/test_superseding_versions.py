"""A stored version supersedes an event exactly if the table rejects the event."""

from itertools import product

from ingestion.event import Event
from ingestion.store.reader import TableReader
from tests.integration.cloud import Cloud
from tests.support.factories import NOON, contract, delete_event, event

LATER = "2026-01-31T12:05:00.000000Z"
EVENTS = [
    event(id="event-1"),
    event(id="event-2", time=LATER),
    event(id="event-1", time=LATER),
    event(id="event-1", revision=NOON),
    event(id="event-1", revision=LATER),
    event(contract(contract_name="B"), id="event-0", time=LATER),
    delete_event(id="event-3", time=LATER),
]
CORRECTION = event(contract(contract_name="B"), id="event-9")
CORRECTIONS = [CORRECTION.replacing(each.version) for each in EVENTS]
STORED = [[each] for each in EVENTS] + [
    list(pair) for pair in zip(EVENTS, CORRECTIONS, strict=True)
]


def of_contract(number: int, sent: Event) -> Event:
    data = sent.data | {"contract_id": f"c-{number}"}
    return sent.model_copy(update={"subject": f"c-{number}", "data": data})


def test_a_version_supersedes_what_the_table_rejects(cloud: Cloud) -> None:
    table, predicted, rejected = TableReader(cloud.dynamodb, cloud.table_name), [], []

    for number, (stored, given) in enumerate(product(STORED, EVENTS)):
        cloud.store(*(of_contract(number, each) for each in stored))
        sent = of_contract(number, given)
        before = table.stored(sent.key).cause
        assert before
        cloud.store(sent)
        after = table.stored(sent.key).cause
        predicted.append(before.supersedes(sent))
        rejected.append(after == before and before.version != sent.version)

    assert predicted == rejected
    assert {*predicted} == {False, True}
