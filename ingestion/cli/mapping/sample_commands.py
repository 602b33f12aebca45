"""Prints the tests of samples, and records what samples make."""

from collections.abc import Sequence

import typer

from ingestion.catalog import Catalog
from ingestion.cli.checkout import Checkout
from ingestion.cli.mapping.sample_tests import TriedSample, TriedSource, try_samples
from ingestion.cli.mapping.samples import BadSamples, find_samples, samples_of
from ingestion.cli.options import Output
from ingestion.cli.output import ExitCode, console, exit_with_error, print_data, print_first
from ingestion.cli.start.columns import Whole


def mapped_sources(catalog: Catalog) -> list[str]:
    """Return the names of the sources with rules."""
    return [name for name, source in catalog.sources.items() if source.map]


def try_all(checkout: Checkout, catalog: Catalog, only: str | None) -> list[TriedSource]:
    """Try the samples of one source, or of all that have rules. The command may end with 4."""
    try:
        if only:
            return [try_samples(only, catalog, samples_of(checkout, only))]
        found = find_samples(checkout, mapped_sources(catalog))
        if not found:
            console.print("No source of the catalog has `map`, so there is nothing to test.")
        return [try_samples(name, catalog, samples) for name, samples in found.items()]
    except BadSamples as error:
        exit_with_error(str(error), ExitCode.REJECTED)


def check_samples(checkout: Checkout, catalog: Catalog, only: str | None, output: Output) -> None:
    """Print a line for each source, and each fault. The command ends with 4 if there is one."""
    tried = try_all(checkout, catalog, only)
    rows = [
        {
            "source": each.trial.name,
            "samples": len(each.samples),
            "events": each.events,
            "faults": each.faults,
        }
        for each in tried
    ]
    table = [
        [each.trial.name, len(each.samples), each.events, _result(each.faults)] for each in tried
    ]
    print_data(output, rows, ([Whole("source"), "samples", "events", "result"], table))
    faults = [fault for each in tried for fault in each.faults]
    print_first(faults)
    if faults:
        raise typer.Exit(ExitCode.REJECTED)


def _result(faults: Sequence[str]) -> str:
    return f"{len(faults)} faults" if len(faults) > 1 else "1 fault" if faults else "as expected"


def record_samples(checkout: Checkout, catalog: Catalog, only: str | None) -> None:
    """Write the expected files that would change, and print what changes."""
    for source in try_all(checkout, catalog, only):
        for each in source.samples:
            _record(each)
        if not source.samples:
            print_first(source.faults)
        print_first(source.unfilled)


def _record(each: TriedSample) -> None:
    name = each.sample.shown_beside(each.sample.expected_file)
    is_new, changes = each.expected is None, each.differences
    if not each.record():
        console.print(f"{name}: unchanged")
        return
    console.print(f"{name}: {'new' if is_new else 'changed'}, {each.summary}")
    print_first([f"  {line}" for line in changes])
    print_first([f"  {line}" for line in each.refusals])
