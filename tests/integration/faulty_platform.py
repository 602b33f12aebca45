"""The handlers with injected faults: writes and calls that fail, with and without effect."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any, NamedTuple, TypeVar

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import strategies as st

from ingestion.event import Event
from ingestion.settings import POOL_SIZE, WorkerSettings
from tests.integration.cloud import Cloud
from tests.integration.histories import ENTITIES, PATHS, History
from tests.integration.resources import python
from tests.support.factories import Json, catalog_document

T = TypeVar("T")
Counts = Callable[[], dict[str, int]]
Outcome = tuple[dict[str, Json], dict[str, Json], list[Any]]


class Killed(BaseException):
    """Ends a worker, and no error handler catches it."""


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
