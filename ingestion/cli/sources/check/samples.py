"""Tests the samples of a source in the checkout, and says what no rule reads in them."""

from collections.abc import Sequence

from ingestion.catalog import Source
from ingestion.cli.counts import count_of
from ingestion.cli.mapping.sample_tests import TriedSource, try_samples
from ingestion.cli.mapping.samples import BadSamples, samples_of
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.section import Finding, Section

_MAX_FAULTS = 5  # The command of each finding lists all of them.
_MAX_PATHS = 20


def sample_sections(source: CheckedSource) -> list[Section]:
    """Return the section of the samples, and the one of their coverage."""
    catalog, entry = source.checkout_catalog, source.entry
    if catalog is None or entry is None:
        return _unknown("Samples are in a checkout that has the source.")
    if not entry.map:
        return _unknown(*_native_lines(source.name, entry))
    try:
        tried = try_samples(source.name, catalog, samples_of(source.checkout, source.name))
    except BadSamples as error:
        text = str(error)
        finding = Finding("samples_unreadable", f"{text}.", _command(source.name, "--check"))
        return [Section("samples", None, [f"{text}."], [finding]), Section("coverage", None, [])]
    return sections_of(tried)


def sections_of(tried: TriedSource) -> list[Section]:
    """Return the section of samples that were tried, and the one of their coverage."""
    return [_samples(tried), _coverage(tried)]


def _unknown(*lines: str) -> list[Section]:
    return [Section("samples", None, lines), Section("coverage", None, [])]


def _native_lines(name: str, entry: Source) -> list[str]:
    if keys := entry.files.mapping_keys:
        read_by = ", ".join(f"files.{key}" for key in keys)
        files = f" Files are read by {read_by}: `ingest upload FILE --source {name}` tries one."
    else:
        files = ""
    schema = f"`ingest schema {entry.entities[0]}`"
    return [
        f"The source takes the platform's own format, which needs no sample.{files}",
        f"{schema} prints what the body of an event may hold.",
    ]


def _samples(tried: TriedSource) -> Section:
    name, faults, count = tried.trial.name, tried.faults, len(tried.samples)
    document = {"samples": count, "events": tried.events, "faults": faults}
    made = f"{count_of(count, 'sample')} make{'s' if count == 1 else ''}"
    result = f"{count_of(len(faults), 'fault')}" if faults else "as expected"
    line = f"{made} {count_of(tried.events, 'event')}: {result}."
    lines = [line] if tried.samples else ["There is no sample."]
    return Section("samples", document, lines, _sample_findings(name, tried.samples, faults))


def _sample_findings(name: str, samples: Sequence[object], faults: Sequence[str]) -> list[Finding]:
    if not samples:
        text = (
            f"{name} has no sample: save a payload as config/samples/{name}/<name>.json, and"
            " record what the rules make of it."
        )
        return [Finding("no_samples", text, _command(name, "--record"))]
    more = len(faults) - _MAX_FAULTS
    shown = [f"{fault}." for fault in faults[:_MAX_FAULTS]]
    if more > 0:
        shown[-1] += f" There are {count_of(more, 'more fault')}."
    return [Finding("sample_fails", text, _command(name, "--check")) for text in shown]


def _command(name: str, option: str) -> str:
    return f"ingest map {option} --source {name}"


def _coverage(tried: TriedSource) -> Section:
    payloads = [payload for each in tried.samples for payload in each.tried]
    paths, unread = tried.trial.coverage(payloads)
    if not paths:
        return Section("coverage", None, [])
    read = len(paths) - len(unread)
    document = {"paths": len(paths), "read": read, "share": read / len(paths), "unread": unread}
    line = f"The rules read {read} of {len(paths)} paths of the samples ({read / len(paths):.0%})."
    listed = [f" {path}" for path in unread[:_MAX_PATHS]]
    more = len(unread) - _MAX_PATHS
    rest = [f" … and {more} more: see -o json"] if more > 0 else []
    heading = ["No rule reads:"] if unread else []
    return Section("coverage", document, [line, *heading, *listed, *rest])
