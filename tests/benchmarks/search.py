"""Search: a query in the function, changes a second in the indexer, and a build of the index."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer
from moto import mock_aws

from ingestion.catalog import READER
from ingestion.handlers import indexer, search
from ingestion.store.change import change_of
from tests.benchmarks.figure import ROUNDS, Figure, print_figures
from tests.integration.search.platform import TABLE, Platform
from tests.support.factories import NOON, Json
from tests.support.invocations import as_lambda_event, batch, context, record, request

PART = "search"
DOCUMENTS, WORDS, VOCABULARY = 20_000, 120, 30_000
CHANGES, QUERIES = 1_000, 40
_serialize = TypeSerializer().serialize


def figures() -> Iterator[Figure]:
    """Yield the build, then the queries and the changes on the built index."""
    chance, environment = random.Random(1), pytest.MonkeyPatch()
    environment.setenv("POWERTOOLS_METRICS_NAMESPACE", "benchmark")
    with mock_aws(), Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        session = boto3.Session("testing", "testing", region_name="eu-central-1")
        platform = Platform(session, environment)
        environment.setenv("POINTER_MAX_AGE_SECONDS", "2")
        _fill(platform, chance)
        seconds = _seconds(lambda: platform.rebuild())
        name = f"build of an index (CPU), {DOCUMENTS:,} texts of {WORDS} words"
        yield Figure(PART, name, "", 60, [seconds], unit="s")
        name = f"p95 of a query (CPU), {DOCUMENTS:,} texts"
        yield Figure(PART, name, "", 100, _p95s(platform, chance), unit="ms")
        name = f"changes in the indexer (CPU), {CHANGES:,} a batch"
        rates = _rates(platform, chance)
        yield Figure(PART, name, "", 500, rates, unit="changes/s", least=True)
    environment.undo()


def _words(chance: random.Random, count: int) -> str:
    """Return words of which some are frequent and most are rare, as in a language."""
    numbers = (int(VOCABULARY * chance.random() ** 3) for _ in range(count))
    return " ".join(f"word{number}" for number in numbers)


def _item(number: int, chance: random.Random, time: str = NOON) -> Json:
    event = {"id": f"e-{number}", "source": "sourceB", "time": time}
    times = {"received_at": time, "stored_at": time}
    fields = {"contract_id": f"c-{number}", "contract_name": _words(chance, WORDS)}
    fields |= {"contract_type": "goods", "contract_status": "active"}
    keys = {"ID": f"CONTRACT#c-{number}", "ENTITY_NAME": "CONTRACT"}
    return {name: _serialize(v) for name, v in {**keys, **fields, "_event": event | times}.items()}


def _fill(platform: Platform, chance: random.Random) -> None:
    for first in range(0, DOCUMENTS, 25):
        put: Any = [{"PutRequest": {"Item": _item(first + n, chance)}} for n in range(25)]
        platform.dynamodb.batch_write_item(RequestItems={TABLE: put})


def _p95s(platform: Platform, chance: random.Random) -> list[float]:
    """Return the 95th percentile of each round, in milliseconds, with the read of the table."""
    found = []
    for _ in range(ROUNDS):
        kinds = ["{0}", "{0} AND {1}", "{0} OR {1} OR {2}", '"{0} {1}"', "word1*", "{0} NOT {1}"]
        asked = [chance.choice(kinds).format(*_words(chance, 3).split()) for _ in range(QUERIES)]
        times = sorted(_seconds(lambda q=q: _ask(platform, q)) for q in asked)  # type: ignore[misc]
        found.append(times[int(0.95 * len(times))] * 1000)
    return found


def _ask(platform: Platform, q: str) -> None:
    event = request("search", "", source=READER, method="GET", query={"q": [q]})
    assert search.handle(event, context(), platform.reader)["statusCode"] == 200


def _rates(platform: Platform, chance: random.Random) -> list[float]:
    """Return the changes a second of each round; the calls are answered in the process."""
    rates = []
    for turn in range(ROUNDS):
        items = [_item(n, chance, f"2026-02-01T12:{turn:02}:00.000000Z") for n in range(CHANGES)]
        images = [as_lambda_event({"NewImage": item}) for item in items]
        changes = [change_of({"eventID": "e", "dynamodb": image}) for image in images]
        bodies = [change.json_bytes.decode() for change in changes if change]
        event = batch(*map(record, bodies))
        for item in items:
            platform.dynamodb.put_item(TableName=TABLE, Item=item)
        act = lambda event=event: indexer.handle(event, context(300), platform.indexer)  # noqa: E731
        rates.append(CHANGES / _seconds(act))
    return rates


def _seconds(act: Any) -> float:
    """Return the CPU of an act in all threads. It includes moto's, which answers in the process."""
    started = time.process_time()
    act()
    return time.process_time() - started


if __name__ == "__main__":
    print_figures([*figures()])
