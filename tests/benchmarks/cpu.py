"""The cost of the API and the worker: CPU with canned responses, wall time 5 ms away from AWS."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from itertools import count
from statistics import median
from typing import Any

from ingestion.handlers import api, worker
from tests.benchmarks.figures.figure import ROUNDS, Act, Figure, cost, measure_ratios, print_figures
from tests.benchmarks.support import peers
from tests.benchmarks.support.aws import far_away, respond_here
from tests.benchmarks.support.stage import (
    Stage,
    plain,
    post,
    records,
    set_up,
    with_canned_responses,
)
from tests.support.factories import Json
from tests.support.invocations import context

CONTEXT = context()
_NUMBERS = count()
PLAIN_LOOP = "plain boto3 loop: json.loads, {}"


class OneAfterAnother(Executor):
    """An executor that runs each call at once."""

    def map(self, fn: Callable[..., Any], *iterables: Any, **_: Any) -> Any:
        return map(fn, *iterables)


def figures() -> Iterator[Figure]:
    """Yield all figures, the quick ones first."""
    yield from _cpu()
    yield from _wall()
    yield from _growth()


def _cpu() -> Iterator[Figure]:
    with set_up() as stage:
        with_canned_responses(stage)
        sns, dynamodb = plain("sns"), plain("dynamodb")
        respond_here(sns)
        respond_here(dynamodb)
        topic_arn, table_name = stage.api.router.topic_arn, stage.worker.store.table_name
        for events, publish, how, target, times in (
            (1, peers.publish_one, "publish", 1.1, 200),
            (100, peers.publish_all, "publish_batch of 10", 0.6, 8),
        ):
            request = post(events)
            rounds = measure_ratios(
                partial(_posted, request, stage.api),
                partial(publish, sns, topic_arn, request["body"]),
                times=times,
            )
            name = f"API CPU per event, {events} a POST"
            yield Figure("api", name, PLAIN_LOOP.format(how), target, rounds)
        for how, entities, target in (("serial", 1, 0.75), ("pooled", 10, 0.9)):
            batch = records(10, entities=entities)
            rounds = measure_ratios(
                partial(worker.handle, batch, stage.worker),
                partial(peers.put_all, dynamodb, table_name, batch["Records"]),
                times=30,
            )
            name, against = f"worker CPU per record, {how}", "the same conditional put_item"
            yield Figure("worker", name, PLAIN_LOOP.format(against), target, rounds)


def _posted(request: Json, runtime: api.Runtime) -> None:
    """Post the request with a new request id, as each real request has."""
    request["requestContext"]["extendedRequestId"] = f"{next(_NUMBERS):015}="
    api.handle(request, CONTEXT, runtime)


def _wall() -> Iterator[Figure]:
    serial = OneAfterAnother()
    with far_away() as url, set_up(AWS_ENDPOINT_URL=url) as stage:
        request, batch = post(500), records(10, entities=10)
        one_by_one = replace(stage.api, router=replace(stage.api.router, pool=serial))
        rounds = measure_ratios(
            partial(_posted, request, stage.api),
            partial(_posted, request, one_by_one),
            times=5,
            clock=time.perf_counter,
        )
        name, against = "500-event POST, 5 ms a call", "the same batches one after another"
        yield Figure("api", name, against, 0.22, rounds)
        rounds = measure_ratios(
            partial(worker.handle, batch, stage.worker),
            partial(worker.handle, batch, replace(stage.worker, pool=serial)),
            times=20,
            clock=time.perf_counter,
        )
        name, against = "ten records of ten entities, 5 ms a call", "one after another"
        yield Figure("worker", name, against, 0.22, rounds)


def _growth() -> Iterator[Figure]:
    yield from _by_events()
    yield from _by_sources()


def _by_events() -> Iterator[Figure]:
    """Compare a process after one, ten and a hundred times a hundred events."""
    with set_up() as stage:
        with_canned_responses(stage)
        hundred = _hundred_events(stage)
        hundred()
        costs: dict[int, list[float]] = {1: [], 10: [], 100: []}
        for turn in range(ROUNDS):
            sizes = list(costs)
            for times in sizes if turn % 2 else reversed(sizes):
                again = 10 if times == 1 else 1  # A single run is too short to measure.
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
            with set_up(sources) as stage:
                with_canned_responses(stage)
                hundred = _hundred_events(stage)
                hundred()
                costs[sources].append(median(cost(hundred) for _ in range(10)))
    for sources in (30, 300):
        rounds = [more / few for more, few in zip(costs[sources], costs[3], strict=True)]
        name = f"CPU per event, {sources} sources"
        yield Figure("growth", name, "3 sources", 1.05, rounds)


def _hundred_events(stage: Stage) -> Act:
    """Return an act: a request of a hundred events, and its ten batches."""
    request, batch = post(100), records(10, entities=10)

    def run() -> None:
        _posted(request, stage.api)
        for _ in range(10):
            worker.handle(batch, stage.worker)

    return run


if __name__ == "__main__":
    print_figures(figures())
