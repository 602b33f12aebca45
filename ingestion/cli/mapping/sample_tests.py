"""Tests the samples of a source: `ingest map --check`, `ingest map --record` and `make test`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from ingestion.catalog import Catalog
from ingestion.cli.counts import count_of
from ingestion.cli.mapping.expected_file import Expected, read_expected, write_expected
from ingestion.cli.mapping.find_differences import find_differences
from ingestion.cli.mapping.find_unfilled import find_unfilled
from ingestion.cli.mapping.formats import FORMAT_BY_SUFFIX
from ingestion.cli.mapping.payloads import PayloadFile, Request, UnreadablePayloads
from ingestion.cli.mapping.record import record_expected
from ingestion.cli.mapping.samples import BadSamples, Sample
from ingestion.cli.mapping.trial import Trial, open_trial
from ingestion.cli.mapping.trial_result import TriedPayload
from ingestion.syntax.times import timestamp


@dataclass(frozen=True)
class TriedSample:
    """A sample, what its file expects, and what the rules make of it."""

    sample: Sample
    expected: Expected | None
    tried: list[TriedPayload]
    found: Expected

    @property
    def differences(self) -> list[str]:
        """Return how the rules differ from what is expected; nothing without an expected file."""
        return find_differences(self.expected, self.found) if self.expected else []

    @property
    def faults(self) -> list[str]:
        """Return what a test of the sample fails with."""
        if self.expected is None:
            command = f"ingest map --record --source {self.sample.source}"
            file = self.sample.expected_file.name
            return [f"{self.sample.shown_name}: {file} is missing: run `{command}`"]
        return [f"{self.sample.shown_name}: {line}" for line in self.differences]

    @property
    def refusals(self) -> list[str]:
        """Return why items and payloads make no valid event."""
        found = enumerate(self.found.payloads)
        return [f"payload {index}: {line}" for index, each in found for line in each.refusals]

    @property
    def summary(self) -> str:
        """Return how many events the sample makes."""
        return count_of(sum(len(payload.events) for payload in self.found.payloads), "event")

    def record(self) -> bool:
        """Write the expected file if it would change. Return whether it was written."""
        if self.expected is not None and not self.differences:
            return False
        write_expected(self.sample, self.found)
        return True


@dataclass(frozen=True)
class TriedSource:
    """The samples of a source, tried with its rules."""

    trial: Trial
    samples: list[TriedSample]

    @property
    def events(self) -> int:
        """Return the number of valid events of all samples."""
        return sum(len(payload.events) for each in self.samples for payload in each.found.payloads)

    @cached_property
    def faults(self) -> list[str]:
        """Return a line for everything that is not as expected, or that no sample fills."""
        if not self.samples:
            folder = f"config/samples/{self.trial.name}"
            return [f"{self.trial.name} has no sample: save a payload as {folder}/<name>.json"]
        return [*(fault for each in self.samples for fault in each.faults), *self.unfilled]

    @cached_property
    def unfilled(self) -> list[str]:
        """Return a line for each rule and field that no sample fills; nothing without samples."""
        items = [item for each in self.samples for payload in each.tried for item in payload.items]
        lines = find_unfilled(self.trial.source.map, items) if self.samples else ()
        return [f"{self.trial.name}: {line}" for line in lines]


def try_samples(name: str, catalog: Catalog, samples: Sequence[Sample]) -> TriedSource:
    """Return the samples of a source with what its rules make of them. Raises BadSamples."""
    trial = open_trial(catalog, name)
    return TriedSource(trial, [_try_sample(sample, trial) for sample in samples])


def _try_sample(sample: Sample, trial: Trial) -> TriedSample:
    """Try a sample. Without an expected file it counts as received now."""
    expected = read_expected(sample)
    now = datetime.now(UTC).replace(microsecond=0)
    received_at = expected.received_at if expected else timestamp(now)
    request = Request(received_at, sample.headers, sample.query)
    try:
        file_format = FORMAT_BY_SUFFIX[sample.file.suffix]
        file = PayloadFile(sample.file.name, file_format, sample.file.read_bytes())
        tried = trial.try_file(file, request)
    except UnreadablePayloads as error:
        raise BadSamples(f"{sample.shown_name}: {error}") from error
    return TriedSample(sample, expected, tried, record_expected(tried, received_at))
