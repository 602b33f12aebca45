"""Search: a query in the function, changes a second in the indexer, and a build of the index."""

import os
import random
import time
from collections.abc import Iterable, Iterator
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
from tests.benchmarks.figures.figure import ROUNDS, Figure, print_figures
from tests.integration.search.platform import TABLE, Platform
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import NOON, Json
from tests.support.invocations import as_lambda_event, batch, context, record, request

PART = "search"
DOCUMENTS, WORDS, VOCABULARY = 20_000, 120, 30_000
CHANGES, QUERIES = 1_000, 40
PAGE = 1_000  # DynamoDB reads up to a megabyte at once.
_serialize = TypeSerializer().serialize


def figures() -> Iterator[Figure]:
    """Yield the build, then the queries and the changes on the built index."""
    chance, environment = random.Random(1), pytest.MonkeyPatch()
    environment.setenv("POWERTOOLS_METRICS_NAMESPACE", "benchmark")
    with mock_aws(), Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        session = boto3.Session("testing", "testing", region_name="eu-central-1")
        platform = Platform(session, environment)
        platform.reader.finder.index.max_age_seconds = 2  # As on AWS.
        table = Table(platform)
        table.put(_item(number, chance) for number in range(DOCUMENTS))
        seconds = _seconds(lambda: platform.rebuild())
        name = f"build of an index (CPU), {DOCUMENTS:,} texts of {WORDS} words"
        yield Figure(PART, name, "", 60, [seconds], unit="s")
        name = f"p95 of a query (CPU), {DOCUMENTS:,} texts"
        yield Figure(PART, name, "", 100, _p95s(platform, chance), unit="ms")
        name = f"changes in the indexer (CPU), {CHANGES:,} a batch"
        rates = _rates(platform, table, chance)
        yield Figure(PART, name, "", 500, rates, unit="changes/s", least=True)
    environment.undo()


def _words(chance: random.Random, count: int) -> str:
    """Return words. Some are frequent and most are rare, as in a language."""
    numbers = (int(VOCABULARY * chance.random() ** 3) for _ in range(count))
    return " ".join(f"word{number}" for number in numbers)


def _item(number: int, chance: random.Random, time: str = NOON) -> Json:
    event = {"id": f"e-{number}", "source": "sourceB", "time": time}
    times = {"received_at": time, "stored_at": time}
    fields = {"contract_id": f"c-{number}", "contract_name": _words(chance, WORDS)}
    fields |= {"contract_type": "goods", "contract_status": "active"}
    keys = {"ID": f"CONTRACT#c-{number}", "ENTITY_NAME": "CONTRACT"}
    return {name: _serialize(v) for name, v in {**keys, **fields, "_event": event | times}.items()}


class Table:
    """Answers the calls of the functions in the process: moto would take most of the CPU."""

    def __init__(self, platform: Platform) -> None:
        self.items: dict[str, Json] = {}
        self.keys: list[str] = []
        entries, finder = platform.indexer.entries, platform.reader.finder
        intercept(entries.table.dynamodb, "Scan", self._scan)
        for client in (entries.table.dynamodb, finder.table.dynamodb):
            intercept(client, "BatchGetItem", self._get)

    def put(self, items: Iterable[Json]) -> None:
        """Store these."""
        self.items |= {item["ID"]["S"]: item for item in items}
        self.keys = list(self.items)

    def _scan(self, call: Json) -> Canned:
        start = call.get("ExclusiveStartKey", {"ID": {"N": "0"}})["ID"]
        first = self.keys.index(start["S"]) + 1 if "S" in start else 0
        page = self.keys[first : first + PAGE]
        last = {"LastEvaluatedKey": {"ID": {"S": page[-1]}}} if len(page) == PAGE else {}
        return canned({"Items": [self.items[key] for key in page], **last})

    def _get(self, call: Json) -> Canned:
        keys = [key["ID"]["S"] for key in call["RequestItems"][TABLE]["Keys"]]
        found = [self.items[key] for key in keys if key in self.items]
        return canned({"Responses": {TABLE: found}})


def _p95s(platform: Platform, chance: random.Random) -> list[float]:
    """Return the 95th percentile of each round, in milliseconds, with the read of the table."""
    found = []
    for _ in range(ROUNDS):
        kinds = ["{0}", "{0} AND {1}", "{0} OR {1} OR {2}", '"{0} {1}"', "word1*", "{0} NOT {1}"]
        asked = [chance.choice(kinds).format(*_words(chance, 3).split()) for _ in range(QUERIES)]
        times = sorted(_seconds(lambda q=q: _ask(platform, q)) for q in asked)
        found.append(times[int(0.95 * len(times))] * 1000)
    return found


def _ask(platform: Platform, q: str) -> None:
    event = request("search", "", source=READER, method="GET", query={"q": [q]})
    assert search.handle(event, context(), platform.reader)["statusCode"] == 200


def _rates(platform: Platform, table: Table, chance: random.Random) -> list[float]:
    """Return the changes a second of each round."""
    rates = []
    for turn in range(ROUNDS):
        items = [_item(n, chance, f"2026-02-01T12:{turn:02}:00.000000Z") for n in range(CHANGES)]
        images = [as_lambda_event({"NewImage": item}) for item in items]
        changes = [change_of({"eventID": "e", "dynamodb": image}) for image in images]
        bodies = [change.json_bytes.decode() for change in changes if change]
        event = batch(*map(record, bodies))
        table.put(items)
        act = lambda event=event: indexer.handle(event, context(300), platform.indexer)  # noqa: E731
        rates.append(CHANGES / _seconds(act))
    return rates


def _seconds(act: Any) -> float:
    """Return the CPU of an act in all threads, with moto's, which answers for S3 in the process."""
    started = time.process_time()
    act()
    return time.process_time() - started


if __name__ == "__main__":
    print_figures([*figures()])
