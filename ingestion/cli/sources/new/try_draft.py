"""Tries a draft in a folder of its own, before anything is written to the checkout."""

from contextlib import nullcontext
from pathlib import Path

import entities
from ingestion.cli.catalog_file import BadCatalog, read_catalog
from ingestion.cli.checkout import Checkout
from ingestion.cli.mapping.sample_tests import TriedSource, try_samples
from ingestion.cli.mapping.samples import HEADERS, BadSamples, samples_of
from ingestion.cli.mapping.yaml_text import yaml_text
from ingestion.cli.sources.new.add_entry import with_entry
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.draft import Draft
from ingestion.cli.sources.new.new_entity import entity_text
from ingestion.cli.sources.new.sample_file import SampleFile

_MAX_REASONS = 5


def stage(staged: Checkout, catalog: str, draft: Draft, sample: SampleFile) -> None:
    """Write what a draft adds to an empty folder: catalog, sample, headers and a new entity.

    Raises BadDraft if the catalog cannot take the entry.
    """
    name = draft.names.source
    folder = staged.samples_directory / name
    folder.mkdir(parents=True)
    changed = with_entry(catalog, name, draft.entry)
    staged.catalog_file.write_text(changed, encoding="utf-8", newline="")
    (folder / sample.name).write_bytes(sample.content)
    if sample.headers:
        file = folder / f"{Path(sample.name).stem}{HEADERS}"
        file.write_text(yaml_text(dict(sample.headers)), encoding="utf-8")
    if draft.declaration:
        file = staged.root / "entities" / f"{draft.names.entity.lower()}.yaml"
        file.parent.mkdir()
        file.write_text(entity_text(draft.declaration), encoding="utf-8")


def map_and_record(staged: Checkout, draft: Draft) -> TriedSource:
    """Map the staged sample with the draft, and record the events as what its test expects.

    Raises BadDraft if the catalog is invalid, if an item is refused, or if a field stays empty.
    """
    with entities.with_model(draft.model) if draft.model else nullcontext():
        tried = _try(staged, draft.names.source)
        refusals = [line for each in tried.samples for line in each.refusals]
        faults = [*refusals, *tried.unfilled]
    if faults:
        raise BadDraft("\n".join(["the sample does not fit the draft:", *_first_lines(faults)]))
    for each in tried.samples:
        each.record()
    return tried


def _try(staged: Checkout, name: str) -> TriedSource:
    try:
        catalog = read_catalog(staged.catalog_file, "the draft of config/sources.yaml")
        return try_samples(name, catalog, samples_of(staged, name))
    except (BadCatalog, BadSamples) as error:
        raise BadDraft(str(error)) from error


def _first_lines(lines: list[str]) -> list[str]:
    more = [f"  … and {len(lines) - _MAX_REASONS} more"] if len(lines) > _MAX_REASONS else []
    return [*(f"  {line}" for line in lines[:_MAX_REASONS]), *more]
