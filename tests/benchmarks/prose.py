"""Texts of a folder on a local stack: all are found, queried, and the index is built again.

    python -m tests.benchmarks.prose FOLDER

It starts a stack of its own and deletes it at the end. docs/performance.md makes a folder of prose.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from infra.tools.run import run_tool
from ingestion.cli.client.api_reader import ApiReader
from ingestion.cli.environment import Deployment
from ingestion.cli.search.finding import open_search
from ingestion.cli.search.rebuild import invoke_rebuild, wait_for_rebuild
from ingestion.search.schema import normalize, words_of
from tests.benchmarks.figures.figure import Figure
from tests.benchmarks.run import show
from tests.e2e.conftest import copy_checkout, free_port
from tests.faults.collect import await_empty
from tests.support.search.content import differences, read_compared

PART = "prose"
SHORT_TEXT, SHORT_QUERY = "this is a full test", '"full test"'
SHORT_FILES = 5
PHRASE_WORDS = 8
AHEAD = 30  # Uploads that are not found yet. Each file is read in a process of its own.
PATIENCE_SECONDS = 300
PAUSE_SECONDS = 0.1
ROUNDS, QUERIES = 3, 100
KINDS = ("{0}", "{0} AND {1}", "{0} OR {1} OR {2}", '"{0} {1}"', "{0}*", "{0} NOT {1}")

console = Console(stderr=True)


class NotFound(Exception):
    """Raised when a file is not found in time, or not alone."""


@dataclass(frozen=True)
class Prose:
    """The words of each text by its file's name, in lower case."""

    texts: Mapping[str, bytes]
    words: Mapping[str, list[str]]

    @classmethod
    def read(cls, folder: Path) -> "Prose":
        """Read the text files of a folder."""
        texts = {file.name: file.read_bytes() for file in sorted(folder.glob("*.txt"))}
        if not texts:
            raise typer.BadParameter(f"{folder} has no files *.txt")
        return cls(texts, {name: words_of(normalize(t.decode())) for name, t in texts.items()})

    def phrases(self) -> dict[str, str]:
        """Return a phrase of each text that no other text has."""
        counts = Counter(phrase for words in self.words.values() for phrase in {*_phrases(words)})
        own = {
            name: next((phrase for phrase in _phrases(words) if counts[phrase] == 1), "")
            for name, words in self.words.items()
        }
        if same := [name for name, phrase in own.items() if not phrase]:
            raise typer.BadParameter(f"no phrase is only in {', '.join(same)}: remove these files")
        return own

    def queries(self, chance: random.Random) -> Iterator[str]:
        """Yield queries of neighbouring words, without end."""
        texts = [words for words in self.words.values() if len(words) > PHRASE_WORDS]
        while True:
            words = chance.choice(texts)
            first = chance.randrange(len(words) - 2)
            chosen = words[first : first + 3]
            if min(map(len, chosen)) > 1:  # A prefix has at least two characters.
                yield chance.choice(KINDS).format(*chosen)


def _phrases(words: list[str]) -> Iterator[str]:
    places = range(max(1, len(words) - PHRASE_WORDS + 1))
    return (" ".join(words[place : place + PHRASE_WORDS]) for place in places)


@dataclass(frozen=True)
class Stack:
    """A local stack, and what reads its API."""

    deployment: Deployment
    reader: ApiReader

    def figures(self, prose: Prose) -> Iterator[Figure]:
        """Yield the seconds of single files, then what happens to all texts together."""
        rounds = [self._seconds_to_find(number) for number in range(1, SHORT_FILES + 1)]
        yield Figure(PART, "from put to found, idle stack", "", 10, rounds, unit="s")
        started = time.monotonic()
        count = self._put_and_find(prose)
        console.print(f"{count:,} texts were put and found in {time.monotonic() - started:.0f} s")
        yield Figure(
            PART, "texts found, each by its phrase", "", count, [count], exact=True, least=True
        )
        yield Figure(PART, f"p95 of a query, {count:,} texts", "", 100, self._p95s(prose), "ms")
        yield from self._built_again(count)

    def _put_and_find(self, prose: Prose) -> int:
        """Put the texts in their order, and find each by its phrase. Return how many there are."""
        phrases = prose.phrases()
        names = list(phrases)
        for name in names[:AHEAD]:
            self._put(name, prose.texts[name])
        for name, following in zip_longest(names, names[AHEAD:]):
            self._await_alone(f'"{phrases[name]}"', name, time.monotonic() + PATIENCE_SECONDS)
            if following:
                self._put(following, prose.texts[following])
        return len(names)

    def _put(self, name: str, text: bytes) -> None:
        self.deployment.client("s3").put_object(
            Bucket=self.deployment.bucket_name, Key=f"uploads/{name}", Body=text
        )

    def _seconds_to_find(self, number: int) -> float:
        name = f"test_{number}.txt"
        started = time.monotonic()
        self._put(name, SHORT_TEXT.encode())
        while name not in self._ids(SHORT_QUERY):
            _pause_before(started + PATIENCE_SECONDS, name)
        seconds = time.monotonic() - started
        await_empty(self.deployment, [self.deployment.search_queue_url])
        return seconds

    def _await_alone(self, query: str, name: str, deadline: float) -> None:
        while not (found := self._ids(query)):
            _pause_before(deadline, name)
        if found != [name]:
            raise NotFound(f"{query} finds {found} instead of {name}")

    def _ids(self, query: str) -> list[str]:
        return [hit["id"] for hit in self.reader.search_page({"q": query, "limit": "100"})["items"]]

    def _p95s(self, prose: Prose) -> list[float]:
        """Return the 95th percentile of the milliseconds of a response, for each round."""
        queries, found = prose.queries(random.Random(1)), []
        for _ in range(ROUNDS):
            asked = [next(queries) for _ in range(QUERIES)]
            times = sorted(_seconds(partial(self.reader.search_page, {"q": q})) for q in asked)
            found.append(times[int(0.95 * len(times))] * 1000)
        return found

    def _built_again(self, count: int) -> Iterator[Figure]:
        await_empty(self.deployment, [self.deployment.search_queue_url])
        grown, before = read_compared(self.deployment), invoke_rebuild(self.deployment)
        seconds = _seconds(lambda: wait_for_rebuild(self.deployment, before))
        yield Figure(PART, f"build of the index, {count:,} texts", "", 60, [seconds], unit="s")
        rebuilt = read_compared(self.deployment).indexed
        for name, wanted, index in (
            ("grown index: differences from the table", grown.table, grown.indexed),
            ("rebuilt index: differences from the grown one", grown.indexed, rebuilt),
        ):
            found = [*differences(wanted, index)]
            for key, what in found:
                console.print(f"{key}: {what}", markup=False)
            yield Figure(PART, name, "", 0, [len(found)], exact=True)


def _pause_before(deadline: float, name: str) -> None:
    if time.monotonic() > deadline:
        raise NotFound(f"{name} is not found after {PATIENCE_SECONDS} s")
    time.sleep(PAUSE_SECONDS)


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)]) -> None:
    """Start a stack, measure, and delete the stack. Exit with 1 if a goal is missed."""
    prose = Prose.read(folder)
    with TemporaryDirectory() as directory:
        checkout = copy_checkout(Path(directory), free_port())
        try:
            with console.status("starting a stack"):
                checkout.stack("up", port=checkout.port)
            deployment = checkout.deployment
            figures = [*Stack(deployment, open_search(deployment)).figures(prose)]
            show(figures)  # Before the reset, which may take minutes.
        finally:
            checkout.stack("reset")
    if any(figure.is_past for figure in figures):
        raise typer.Exit(1)


if __name__ == "__main__":
    run_tool(lambda: typer.run(main))
