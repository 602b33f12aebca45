"""Finds the samples of the sources: payloads with their headers and what the rules make of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from entities.declared.yaml_file import BadYaml, read_yaml
from entities.faults import did_you_mean
from ingestion.cli.checkout import Checkout
from ingestion.cli.mapping.formats import FORMAT_BY_SUFFIX
from ingestion.cli.suggestions import unknown_name
from ingestion.errors import IngestionError

EXPECTED = ".expected.yaml"
HEADERS = ".headers.yaml"
QUERY = ".query.yaml"
_BESIDE = (EXPECTED, HEADERS, QUERY)
_ENDING = f"({'|'.join(map(re.escape, _BESIDE))})$"


class BadSamples(IngestionError):
    """Files in config/samples do not belong together. The message names them."""


@dataclass(frozen=True)
class Sample:
    """A payload of a source in a file, and the files beside it."""

    source: str
    file: Path
    shown_name: str

    @property
    def expected_file(self) -> Path:
        """Return the file with what the rules make of the payload."""
        return self.file.with_name(self.file.stem + EXPECTED)

    @cached_property
    def headers(self) -> dict[str, str]:
        """Return the request's headers with names in lower case. Raises BadSamples."""
        return {name.lower(): value for name, value in self._read_texts(HEADERS).items()}

    @cached_property
    def query(self) -> dict[str, str]:
        """Return the parameters of the request's URL. Raises BadSamples."""
        return self._read_texts(QUERY)

    def shown_beside(self, file: Path) -> str:
        """Return how messages name a file beside the sample."""
        return f"{Path(self.shown_name).parent}/{file.name}"

    def _read_texts(self, ending: str) -> dict[str, str]:
        file = self.file.with_name(self.file.stem + ending)
        if not file.is_file():
            return {}
        document = read_document(file, self.shown_beside(file))
        if not _holds_texts(document):
            raise BadSamples(
                f"{self.shown_beside(file)}: must be names with texts, such as"
                " x-github-event: push; put numbers, true, false and null in quotes"
            )
        return dict(document)


def _holds_texts(document: Any) -> bool:
    return isinstance(document, Mapping) and all(
        isinstance(text, str) for pair in document.items() for text in pair
    )


def read_document(file: Path, shown_name: str) -> Any:
    """Read a YAML file. Raises BadSamples."""
    try:
        return read_yaml(file)
    except BadYaml as error:
        place = f"{shown_name}:{error.line}" if error.line else shown_name
        raise BadSamples(f"{place}: {error.problem}") from error
    except UnicodeDecodeError as error:
        raise BadSamples(f"{shown_name}: is not UTF-8: {error.reason}") from error


def samples_of(checkout: Checkout, source: str) -> list[Sample]:
    """Return the samples of one source, in the order of their names. Raises BadSamples."""
    folder = checkout.samples_directory / source
    shown_name = str(folder.relative_to(checkout.root))
    return list(_samples_in(folder, shown_name)) if folder.is_dir() else []


def find_samples(checkout: Checkout, mapped: Iterable[str]) -> dict[str, list[Sample]]:
    """Return the samples of each mapped source. Raises BadSamples, also for other folders."""
    found: dict[str, list[Sample]] = {name: [] for name in mapped}
    folder = checkout.samples_directory
    for directory in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = directory.name
        if name.startswith(".") or name.lower().endswith(".md"):
            continue
        shown_name = str(directory.relative_to(checkout.root))
        if not directory.is_dir():
            raise BadSamples(f"{shown_name}: must be in the folder of a source")
        if name not in found:
            raise BadSamples(f"{shown_name}: {unknown_name('mapped source', name, found)}")
        found[name] = samples_of(checkout, name)
    return found


def _samples_in(directory: Path, shown_name: str) -> Iterator[Sample]:
    files = [
        file
        for file in sorted(directory.iterdir())
        if not file.name.startswith(".") and file.suffix.lower() != ".md"
    ]
    samples = [file for file in files if not file.name.endswith(_BESIDE)]
    for file in samples:
        if file.suffix not in FORMAT_BY_SUFFIX or not file.is_file():
            known = ", ".join(FORMAT_BY_SUFFIX)
            raise BadSamples(f"{shown_name}/{file.name}: the name of a sample ends in {known}")
    names = [file.stem for file in samples]
    for file in files:
        name = re.sub(_ENDING, "", file.name)
        if file not in samples and name not in names:
            close = did_you_mean(name, names)
            raise BadSamples(
                f"{shown_name}/{file.name}: there is no sample {name!r} beside it, such as"
                f" {name}.json{close}"
            )
    for name, same in groupby(samples, lambda file: file.stem):
        first, *others = same
        if others:
            both = f"{first.name} and {others[0].name}"
            raise BadSamples(f"{shown_name}: {both} would share {name}{EXPECTED}: rename one")
        yield Sample(directory.name, first, f"{shown_name}/{first.name}")
