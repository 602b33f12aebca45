"""The command that drafts a source from a sample payload."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

import entities
from ingestion.catalog import Files, Source
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog
from ingestion.cli.mapping.file_command import read_pairs
from ingestion.cli.mapping.payloads import Request
from ingestion.cli.options import Yes
from ingestion.cli.output import exit_with_error
from ingestion.cli.sources.new import options as given
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.draft import draft_source
from ingestion.cli.sources.new.free_names import free_names
from ingestion.cli.sources.new.options import Options, RuleOptions
from ingestion.cli.sources.new.questions import Questions
from ingestion.cli.sources.new.report import print_draft
from ingestion.cli.sources.new.sample_file import SampleFile, payloads_of, read_sample
from ingestion.cli.sources.new.sender import SenderOptions
from ingestion.cli.sources.new.try_draft import map_and_record, stage
from ingestion.cli.sources.new.write_files import copy_all
from ingestion.syntax.times import timestamp


def new(
    context: typer.Context,
    name: given.Name,
    sample: given.Sample,
    file_format: given.Format = None,
    entity: given.EntityName = None,
    path: given.Path = None,
    each: given.Each = None,
    entity_id: given.Id = None,
    time: given.Time = None,
    field: given.Field = None,
    header: given.Header = None,
    auth: given.AuthOption = None,
    signature: given.SignatureOption = None,
    on_invalid: given.OnInvalidOption = None,
    yes: Yes = False,
) -> None:
    """Draft a source from a sample payload: its entry, its sample and, if it is new, its entity.

    On a terminal, the command asks for the items, their id and their time. It maps the sample with
    the draft first. If an item is refused, it writes nothing.
    """
    sender = SenderOptions(auth=auth, signature=signature, on_invalid=on_invalid)
    rule = RuleOptions.of(each=each, ids=entity_id, time=time, fields=field)
    options = Options(name=name, entity=entity, path=path, sender=sender, rule=rule)
    headers = read_pairs("--header", header, ":")
    try:
        found = read_sample(sample, file_format, headers)
        _write_draft(context.obj, options, found, Questions(yes=yes))
    except BadDraft as error:
        exit_with_error(f"{error}\nNothing was written.")


def _write_draft(
    checkout: Checkout, options: Options, sample: SampleFile, questions: Questions
) -> None:
    """Draft, try and write a source, and print what to do next. Raises BadDraft."""
    catalog = checkout.catalog_file.read_bytes()
    names = free_names(checkout, load_catalog(checkout), options)
    any_entity = next(iter(entities.models()))  # To read the payloads before the draft names one.
    files = Files.model_validate(sample.files)
    source = Source(path=names.path, entities=[any_entity], auth="api_key", files=files)
    request = Request(timestamp(datetime.now(UTC)), sample.headers)
    payloads = payloads_of(sample, source, request)
    draft = draft_source(names, options, sample.files, payloads, questions)
    with TemporaryDirectory() as folder:
        staged = Checkout(Path(folder))
        stage(staged, catalog.decode(), draft, sample)
        tried = map_and_record(staged, draft)
        written = copy_all(staged, checkout, catalog)
    print_draft(draft, sample, written, tried.events)
