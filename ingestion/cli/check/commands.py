"""Check the table: dangling references, and rows that no model accepts."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import typer

import entities
from entities import Reference
from ingestion.cli.check.refused_rows import CheckedRows, find_refusals
from ingestion.cli.options import Columns, Env, Limit, Shown, ShowPersonal
from ingestion.cli.output import ExitCode, console, print_data
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.tables import choose_columns

if TYPE_CHECKING:
    from ingestion.store.reader import TableReader

_PAGE_SIZE = 100  # References that are looked up together.

app = typer.Typer(no_args_is_help=True, help=__doc__)


class HeldReference(NamedTuple):
    """A field of an entity, and the id that it holds."""

    entity_name: str
    id: str
    field: str
    missing_entity_name: str
    missing_id: str

    @property
    def key(self) -> str:
        """Return the table key of the entity that the field refers to."""
        from ingestion.store.reader import table_key

        return table_key(self.missing_entity_name, self.missing_id)

    @property
    def reference(self) -> Reference:
        """Return the model's reference that this field belongs to."""
        return Reference(self.entity_name, self.field, self.missing_entity_name)


@app.callback()
def _commands() -> None:
    """Check the table."""  # Without a callback Typer would omit the only command's name.


@app.command()
def references(
    deployment: Env, columns: Columns = None, limit: Limit = 100, output: Shown = "table"
) -> None:
    """List references to entities that do not exist, and count them. Exit code 4 if there are any.

    -o json lists all of them, whatever the limit.
    """
    held: Counter[Reference] = Counter()
    dangling = list(_dangling(deployment.reader(), held))
    missing = Counter(ref.reference for ref in dangling)
    counts = [
        {**ref._asdict(), "references": held[ref], "dangling": missing[ref]}
        for ref in entities.references()
    ]
    shown = dangling[: limit or None]
    print_data(
        output,
        {"dangling": [ref._asdict() for ref in dangling], "counts": counts},
        choose_columns((COLUMNS["check references"], shown), columns),
        ([*Reference._fields, "references", "dangling"], [row.values() for row in counts]),
    )
    if not dangling:
        console.print(f"All {held.total()} references are to stored entities.")
    if output == "table" and len(shown) < len(dangling):
        console.print(f"… and {len(dangling) - len(shown)} more: see --limit")
    if dangling:
        raise typer.Exit(ExitCode.REJECTED)


@app.command(name="entities")
def stored_entities(
    deployment: Env,
    columns: Columns = None,
    show_personal: ShowPersonal = False,
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List stored rows that today's models refuse, and count rows. Exit code 4 if there are any.

    -o json lists all of them, whatever the limit.
    """
    from ingestion.store.scan import all_rows

    checked = CheckedRows()
    max_kept = None if output == "json" else limit or None
    for row in all_rows(deployment.reader()):
        checked.add(row["entity_name"], list(find_refusals(row, show_personal)), max_kept)
    counts = checked.counts()
    print_data(
        output,
        {"refused": [row._asdict() for row in checked.kept], "counts": counts},
        choose_columns((COLUMNS["check entities"], checked.kept), columns),
        (["entity_name", "rows", "refused"], [row.values() for row in counts]),
    )
    if not checked.faults:
        console.print(f"The models accept all {checked.rows.total()} stored rows.")
    if len(checked.kept) < checked.faults:
        console.print(f"… and {checked.faults - len(checked.kept)} more: see --limit")
    if checked.faults:
        raise typer.Exit(ExitCode.REJECTED)


def _dangling(reader: "TableReader", counts: Counter[Reference]) -> Iterator[HeldReference]:
    """Count all references, and yield those to entities that do not exist."""
    held = _held_references(reader)
    while page := list(islice(held, _PAGE_SIZE)):
        counts.update(ref.reference for ref in page)
        present = reader.read_existing(ref.key for ref in page)
        yield from (ref for ref in page if ref.key not in present)


def _held_references(reader: "TableReader") -> Iterator[HeldReference]:
    for name, own in groupby(entities.references(), key=attrgetter("entity_name")):
        fields = list(own)
        for found in (step.found for step in reader.all_of(name) if step.found):
            for _, field, target in fields:
                if field in found["entity"]:
                    yield HeldReference(name, found["id"], field, target, found["entity"][field])
