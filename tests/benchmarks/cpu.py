"""What the API and the worker cost: CPU on canned answers, wall time 5 ms away from AWS."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from itertools import count
from statistics import median
from types import ModuleType
from typing import Any
from unittest.mock import patch

from ingestion.handlers import api, worker
from tests.benchmarks import peers
from tests.benchmarks.aws import answer_here, far_away
from tests.benchmarks.figure import ROUNDS, Act, Figure, by_turns, cost, tell
from tests.benchmarks.stage import answered_here, plain, post, records, set_up
from tests.support.factories import Json, context

CONTEXT = context()
_NUMBERS = count()
PLAIN_LOOP = "plain boto3 loop: json.loads, {}"


class OneAfterAnother(Executor):
    """A pool that does at once what it is given."""

    def map(self, fn: Callable[..., Any], *iterables: Any, **_: Any) -> Any:
        return map(fn, *iterables)


def figures() -> Iterator[Figure]:
    """All of them, the cheap ones first."""
    yield from _cpu()
    yield from _wall()
    yield from _growth()


def _cpu() -> Iterator[Figure]:
    with set_up():
        answered_here()
        sns, dynamodb = plain("sns"), plain("dynamodb")
        answer_here(sns)
        answer_here(dynamodb)
        topic_arn, table_name = api.router().topic_arn, worker.store().table_name
        for events, publish, how, target, times in (
            (1, peers.publish_one, "publish", 0.90, 200),
            (100, peers.publish_all, "publish_batch of 10", 0.75, 8),
        ):
            request = post(events)
            rounds = by_turns(
                partial(_posted, request),
                partial(publish, sns, topic_arn, request["body"]),
                times=times,
            )
            name = f"API CPU per event, {events} a POST"
            yield Figure("api", name, PLAIN_LOOP.format(how), target, rounds)
        for how, entities, target in (("serial", 1, 0.75), ("pooled", 10, 0.95)):
            batch = records(10, entities=entities)
            rounds = by_turns(
                partial(worker.handler, batch, CONTEXT),
                partial(peers.put_all, dynamodb, table_name, batch["Records"]),
                times=30,
            )
            name, against = f"worker CPU per record, {how}", "the same conditional put_item"
            yield Figure("worker", name, PLAIN_LOOP.format(against), target, rounds)


def _posted(request: Json) -> None:
    """Post it as a request with an id of its own, as each has."""
    request["requestContext"]["extendedRequestId"] = f"{next(_NUMBERS):015}="
    api.handler(request, CONTEXT)


def _wall() -> Iterator[Figure]:
    with far_away() as url, set_up(AWS_ENDPOINT_URL=url):
        request, batch = post(500), records(10, entities=10)
        post_all = partial(_posted, request)
        store_all = partial(worker.handler, batch, CONTEXT)
        serial = replace(api.router(), pool=OneAfterAnother())
        one_by_one = partial(_instead_of, api, "router", serial, post_all)
        rounds = by_turns(post_all, one_by_one, times=5, clock=time.perf_counter)
        name, against = "500-event POST, 5 ms a call", "the same batches one after another"
        yield Figure("api", name, against, 0.22, rounds)
        one_by_one = partial(_instead_of, worker, "pool", OneAfterAnother(), store_all)
        rounds = by_turns(store_all, one_by_one, times=20, clock=time.perf_counter)
        name, against = "ten records of ten entities, 5 ms a call", "one after another"
        yield Figure("worker", name, against, 0.16, rounds)


def _instead_of(module: ModuleType, factory: str, made: object, act: Act) -> None:
    """Act while the module's factory gives what was made here."""
    with patch.object(module, factory, lambda: made):
        act()


def _growth() -> Iterator[Figure]:
    yield from _by_events()
    yield from _by_sources()


def _by_events() -> Iterator[Figure]:
    """A process that has done a hundredth, a tenth and all of it."""
    with set_up():
        answered_here()
        hundred = _hundred_events()
        hundred()
        costs: dict[int, list[float]] = {1: [], 10: [], 100: []}
        for turn in range(ROUNDS):
            sizes = list(costs)
            for times in sizes if turn % 2 else reversed(sizes):
                again = 10 if times == 1 else 1  # One alone takes too little time to say much.
                costs[times].append(median(cost(hundred, times) for _ in range(again)) / times)
    for factor in (10, 100):
        rounds = [more / few for more, few in zip(costs[factor], costs[1], strict=True)]
        name = f"CPU per event, {factor} x the events"
        yield Figure("growth", name, "100 events", 1.05, rounds)


def _by_sources() -> Iterator[Figure]:
    costs: dict[int, list[float]] = {3: [], 30: [], 300: []}
    for turn in range(ROUNDS):
        sizes = list(costs)
        for sources in sizes if turn % 2 else reversed(sizes):
            with set_up(sources):
                answered_here()
                hundred = _hundred_events()
                hundred()
                costs[sources].append(median(cost(hundred) for _ in range(10)))
    for sources in (30, 300):
        rounds = [more / few for more, few in zip(costs[sources], costs[3], strict=True)]
        name = f"CPU per event, {sources} sources"
        yield Figure("growth", name, "3 sources", 1.05, rounds)


def _hundred_events() -> Act:
    """A request of a hundred events, and the ten batches that come of it."""
    request, batch = post(100), records(10, entities=10)

    def run() -> None:
        _posted(request)
        for _ in range(10):
            worker.handler(batch, CONTEXT)

    return run


if __name__ == "__main__":
    tell(figures())
