"""The table ends as the sorted history, whatever is repeated, lost or late."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any, NamedTuple, TypeVar
from unittest.mock import ANY

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st

from entities.base import id_field
from ingestion.event import Event
from ingestion.settings import POOL_SIZE, WorkerSettings
from tests.integration.cloud import Cloud
from tests.integration.resources import python
from tests.support.factories import Json, catalog_document, contract, equipment, event, record

T = TypeVar("T")
Counts = Callable[[], dict[str, int]]
History = list[Event]
Outcome = tuple[dict[str, Json], dict[str, Json], list[Any]]


class Killed(BaseException):
    """Ends a worker, and no error handler catches it."""


PATHS = {"sourceA": "a", "sourceB": "b"}
NO_ASCII, LONG = "契約", "e-" * 100  # Their message group ids are hashed.
ENTITIES = [("CONTRACT", "1"), ("CONTRACT", NO_ASCII), ("EQUIPMENT", "1"), ("EQUIPMENT", LONG)]
TIMES = [f"2026-01-31T12:00:00.{microseconds:06}Z" for microseconds in (0, 9, 10)]
# An event is made again with other data; only the first version has no revision.
REVISIONS = [None, "2026-02-02T00:00:00.000000Z", "2026-02-03T00:00:00.000000Z"]
FEW_IDS, MANY_IDS = ["1", "10", "9"], [str(number) for number in range(20)]
RECEIVED = "2026-02-01T00:00:00.000000Z"
ENOUGH = 100  # Batches that suffice for every event and its redeliveries.

throttle = partial(ClientError, {"Error": {"Code": "ThrottlingException"}}, "PutItem")
time_out = partial(ReadTimeoutError, endpoint_url="https://canned.example.com")

UNWRITTEN, WRITTEN = False, True
PutFault = tuple[bool, Callable[[], BaseException]] | None
PUT_FAULTS: list[PutFault] = [
    *(None, None),
    *((UNWRITTEN, error) for error in (throttle, time_out, RuntimeError, Killed)),
    *((WRITTEN, error) for error in (time_out, Killed)),
]

# The entries that a call accepts. With all or none of them, the response is lost.
ALL, NONE, FIRST, LAST = slice(None), slice(0), slice(1), slice(-1, None)
PUBLISH_FAULTS = [None, ALL, NONE, FIRST, LAST]


class Trouble(NamedTuple):
    """The faults of the writes of each entity and of the calls to the topic, in order."""

    puts: dict[str, list[PutFault]]
    publishes: list[slice | None]
    pause_seconds: int  # 60 outlasts an invocation, so the queue or the sender retries.


PUTS = {
    f"{name}#{subject}": st.lists(st.sampled_from(PUT_FAULTS), max_size=5)
    for name, subject in ENTITIES
}
TROUBLE = st.builds(
    Trouble,
    st.fixed_dictionaries(PUTS),
    st.lists(st.sampled_from(PUBLISH_FAULTS), max_size=5),
    st.sampled_from([0, 60]),
)


OPTIONAL = st.fixed_dictionaries({}, optional={"cat_id": st.sampled_from(["7", None])})


@st.composite
def events(draw: st.DrawFn, ids: list[str], revisions: list[str | None]) -> Event:
    """Draw an event of either source."""
    name, subject = draw(st.sampled_from(ENTITIES))
    operation = draw(st.sampled_from(["upsert", "delete"]))
    changes = {
        "id": draw(st.sampled_from(ids)),
        "source": draw(st.sampled_from(list(PATHS))),
        "time": draw(st.sampled_from(TIMES)),
    }
    data: Json = {id_field(name): subject}
    if operation == "upsert" and name == "CONTRACT":
        words = [*changes.values(), draw(st.sampled_from(["", "again"]))]
        data = contract(subject, contract_name="/".join(words))
    elif operation == "upsert":
        data = equipment(subject, **draw(OPTIONAL))
    revision = draw(st.sampled_from(revisions))
    fixed = {"entity_name": name, "operation": operation, "receivedat": RECEIVED}
    return event(data, **fixed, **changes, revision=revision)


def version(happened: Event) -> tuple[str, str, str, str]:
    """Return the order of events. No revision sorts before every revision."""
    return happened.time, happened.id, happened.source, happened.revision or ""


def histories(
    ids: list[str], revisions: list[str | None], *unique_by: str
) -> st.SearchStrategy[History]:
    """Draw events sorted by version, which all differ in these attributes."""
    drawn = st.lists(
        events(ids, revisions), min_size=4, max_size=16, unique_by=attrgetter(*unique_by)
    )
    return drawn.map(partial(sorted, key=version))


HISTORIES = histories(FEW_IDS, REVISIONS, "key", "time", "id", "source", "revision")
POSTABLE_HISTORIES = histories(MANY_IDS, [None], "id", "source")

# One seed for each example: threads of a killed worker must not influence what is drawn.
RANDOMS = st.randoms(use_true_random=True)


class Platform:
    """The handlers with injected faults. Records writes that replaced a newer version."""

    def __init__(self, cloud: Cloud, counts: Counts, patch: pytest.MonkeyPatch) -> None:
        self.cloud, self.counts, self.patch = cloud, counts, patch
        document = catalog_document()
        for source in PATHS:
            document["sources"][source]["entities"] = ["CONTRACT", "EQUIPMENT"]
        cloud.write_catalog(document)
        table, topic = (
            cloud.worker_runtime.store.dynamodb.meta.events,
            cloud.api_runtime.router.sns.meta.events,
        )
        table.register("provide-client-params.dynamodb.PutItem", self._before_put)
        table.register("after-call.dynamodb.PutItem", self._after_put)
        topic.register("provide-client-params.sns.PublishBatch", self._before_publish)
        topic.register("after-call.sns.PublishBatch", self._after_publish)

    def begin(self, trouble: Trouble) -> None:
        """Empty the table and the queues, and inject these faults from now on."""
        self.cloud.empty_table()
        self.cloud.routed()
        worker_runtime, api_runtime = self.cloud.worker_runtime, self.cloud.api_runtime
        pause = trouble.pause_seconds
        self.cloud.worker_runtime = replace(worker_runtime, first_pause_seconds=pause)
        router = replace(api_runtime.router, first_pause_seconds=pause)
        self.cloud.api_runtime = replace(api_runtime, router=router)
        self.put_faults = {key: iter(faults) for key, faults in trouble.puts.items()}
        self.publish_faults = iter(trouble.publishes)
        self.newest: dict[str, tuple[str, ...]] = {}
        self.stale: list[Json] = []

    def deliver(self, queues: dict[str, list[Json]], rng: Random) -> None:
        """Deliver each source's records in any order until all are accepted."""
        for source, batch in batches(queues, rng):
            queues[source] += self.work(source, batch)[0]

    def work(self, source: str, batch: list[Json]) -> tuple[list[Json], Counter[str]]:
        """Invoke the worker of `source`. Return the records to redeliver and the counts."""
        self._serve(source)
        try:
            held = self.cloud.work(*batch)
        except Killed:
            self.cloud.worker_runtime.pool.shutdown()
            pool = ThreadPoolExecutor(POOL_SIZE)
            self.cloud.worker_runtime = replace(self.cloud.worker_runtime, pool=pool)
            return batch, Counter()
        counted = Counter(self.counts())
        assert counted.total() == len(batch)
        assert counted["RecordRetried"] == len(held)
        return [delivered for delivered in batch if delivered["messageId"] in held], counted

    def post(self, source: str, sent: History) -> bool:
        """Post the events and return whether all were accepted."""
        response = self.cloud.post(list(map(submitted, sent)), PATHS[source], source=source)
        left = response.statuses.count("not_taken")
        assert response.status == (503 if left else 202)
        accounted = Counter(EventAccepted=len(sent) - left, EventNotTaken=left)
        counted = Counter(self.counts())
        del counted["PublishRetried"]
        assert counted == accounted
        return not left

    def outcome(self) -> Outcome:
        """Return the table, its indexed rows, and the dead letters and unrouted events."""
        listed = self.cloud.listed("CONTRACT") | self.cloud.listed("EQUIPMENT")
        dead_letters = [message for source in PATHS for message in self.cloud.dead_letters(source)]
        return self.cloud.rows(), listed, dead_letters + self.cloud.unrouted()

    def _serve(self, source: str) -> None:
        """Switch the worker to this source as Cloud.serve does, but keep its clients and hooks."""
        url = self.cloud.dead_letter_queue_urls[source]
        self.cloud.environment.setenv("SOURCE", source)
        self.cloud.environment.setenv("DEAD_LETTER_QUEUE_URL", url)
        self.cloud.worker_runtime = replace(
            self.cloud.worker_runtime,
            settings=WorkerSettings(),
            dead_letters=replace(self.cloud.worker_runtime.dead_letters, url=url),
        )

    def _before_put(self, params: Json, context: Json, **_: Any) -> None:
        context["row"] = row = python(params["Item"])
        context["fault"] = fault = next(self.put_faults.get(row["ID"], iter(())), None)
        if fault and fault[0] is UNWRITTEN:
            raise fault[1]()

    def _after_put(self, http_response: AWSResponse, context: Json, **_: Any) -> None:
        row, fault = context["row"], context["fault"]
        if http_response.status_code == 200:
            names = ("time", "id", "source", "revision")
            written = tuple(row["_event"].get(name, "") for name in names)
            if written <= self.newest.get(row["ID"], ()):
                self.stale.append(row)
            self.newest[row["ID"]] = written
        if fault:
            raise fault[1]()

    def _before_publish(self, params: Json, context: Json, **_: Any) -> None:
        context["fault"] = fault = next(self.publish_faults, None)
        if fault == NONE:
            raise time_out()
        entries = params["PublishBatchRequestEntries"]
        params["PublishBatchRequestEntries"] = taken = entries[fault or ALL]
        context["refused"] = [entry["Id"] for entry in entries if entry not in taken]

    def _after_publish(self, parsed: Json, context: Json, **_: Any) -> None:
        if context["fault"] == ALL:
            raise time_out()
        failure = {"Code": "InternalError", "SenderFault": False}
        parsed["Failed"] = [{"Id": entry_id, **failure} for entry_id in context["refused"]]


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
        kept = {"_expires_at": ANY} if operation == "DELETE" else {"ENTITY_NAME": name, **fields}
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


def batches(queues: dict[str, list[T]], rng: Random) -> Iterator[tuple[str, list[T]]]:
    """Yield up to ten messages of one source in any order until all queues are empty."""
    for _ in range(ENOUGH):
        if not any(queues.values()):
            return
        source = rng.choice([source for source, queue in queues.items() if queue])
        rng.shuffle(queues[source])
        size = rng.randint(1, 10)
        batch, queues[source] = queues[source][:size], queues[source][size:]
        yield source, batch
    raise AssertionError(queues)


def submitted(happened: Event) -> Json:
    """Return an event as its source posts it."""
    name, operation = happened.type.split(".")
    sent = {"entity_name": name.upper(), "operation": operation, "body": happened.data}
    return sent | {"id": happened.id, "time": happened.time}


@settings(max_examples=100)
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
@settings(max_examples=20)
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


@settings(max_examples=70)
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
