"""What the page of a source shows at once: its entry, its state, its credential and its samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingestion.catalog import OPERATOR
from ingestion.cli.catalog_text.entry import NotSeparable, cut_entry
from ingestion.cli.console.catalog_edit.edited_file import CATALOG, edit_refusal
from ingestion.cli.console.catalog_edit.trials import ShownTrial, show_samples
from ingestion.cli.console.outdated import has_other_sources
from ingestion.cli.console.source.checked import find_deployed_source
from ingestion.cli.environment import Deployment
from ingestion.cli.mapping.sample_tests import TriedSource, try_samples
from ingestion.cli.mapping.samples import BadSamples, samples_of
from ingestion.cli.mapping.yaml_text import yaml_text
from ingestion.cli.sources.actions import SourceState, Waiting, read_states, waiting_messages
from ingestion.cli.sources.check.catalog_entry import entry_section
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.credential import credential_section
from ingestion.cli.sources.check.samples import sample_sections, sections_of
from ingestion.cli.sources.check.section import Section


@dataclass(frozen=True)
class RunningState:
    """The state of a deployed source, and what waits in its queue."""

    state: SourceState
    waiting: Waiting


class Editing(NamedTuple):
    """Whether the entry and the whole file can be edited, and why the entry cannot."""

    entry: bool = False
    file: bool = False
    refusal: str = ""


@dataclass(frozen=True)
class ShownSource:
    """A source, its sections that need few calls, and its samples with what its rules make.

    `catalog_fault` says why the checkout's catalog is invalid. `is_newer` says that the
    environment was deployed with other sources after the console started.
    """

    name: str
    entry_text: str
    sections: Sequence[Section]
    trials: Sequence[ShownTrial]
    running: RunningState | None
    editing: Editing
    catalog_fault: str | None = None
    is_newer: bool = False


def read_source(deployment: Deployment, name: str) -> ShownSource:
    """Return what is known about a source. The command ends if no catalog has it."""
    if name == OPERATOR:
        return ShownSource(name, "", [], [], _running_state(deployment, name), Editing())
    source, fault = find_deployed_source(deployment, name)
    tried, running = _try_samples(source), source.running
    return ShownSource(
        name,
        _entry_text(source),
        [section for section in _sections(source, tried, fault) if section.lines],
        show_samples(tried) if tried else [],
        _running_state(running, name) if running else None,
        _editing(source),
        catalog_fault=fault,
        is_newer=running is not None and has_other_sources(deployment, running),
    )


def _editing(source: CheckedSource) -> Editing:
    if refusal := edit_refusal(source.checkout):
        return Editing(refusal=refusal)
    if source.entry is None:
        return Editing(file=True, refusal=f"{CATALOG} has no {source.name}")
    return Editing(entry=True, file=True)


def _sections(
    source: CheckedSource, tried: TriedSource | None, fault: str | None
) -> Sequence[Section]:
    """Return the sections. Nothing is known about the checkout if its catalog is invalid."""
    entry, credential = entry_section(source), credential_section(source)
    if fault:
        return [entry._replace(lines=entry.lines[:1]), credential]
    return [entry, credential, *(sections_of(tried) if tried else sample_sections(source))]


def _running_state(deployment: Deployment, name: str) -> RunningState:
    url = deployment.queue_urls[name]
    [state] = read_states(deployment, {name: url}).values()
    return RunningState(state, waiting_messages(deployment, name))


def _entry_text(source: CheckedSource) -> str:
    """Return the entry as it is written in the checkout, or else what is deployed, as YAML."""
    if source.entry is not None:
        text = source.checkout.catalog_file.read_text(encoding="utf-8")
        try:
            return cut_entry(text, source.name).text
        except NotSeparable:
            pass
    written = source.current.model_dump(mode="json", exclude_defaults=True)
    keys = {key: value for key, value in written.items() if value != []}
    return yaml_text({source.name: {"path": source.current.path, **keys}}, list_indent=2)


def _try_samples(source: CheckedSource) -> TriedSource | None:
    """Return the samples with what the rules make of them; None without readable samples."""
    if source.checkout_catalog is None or source.entry is None or not source.entry.map:
        return None
    try:
        samples = samples_of(source.checkout, source.name)
        return try_samples(source.name, source.checkout_catalog, samples)
    except BadSamples:  # The section of the samples says so.
        return None
