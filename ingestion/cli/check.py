"""The commands that look for what is wrong in the table: references to what is not there."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import typer

import entities
from entities import Reference
from ingestion.cli.options import Env, Limit, Shown
from ingestion.cli.output import Code, print_data, talk
from ingestion.store.reader import Reader, key_of

_PAGE_SIZE = 100  # References that are looked up together.

app = typer.Typer(no_args_is_help=True, help=__doc__)


class Held(NamedTuple):
    """An entity's field, and whose id it holds."""

    entity_name: str
    id: str
    field: str
    missing_entity_name: str
    missing_id: str

    @property
    def key(self) -> str:
        """The key in the table of what the field refers to."""
        return key_of(self.missing_entity_name, self.missing_id)

    @property
    def reference(self) -> Reference:
        """The reference that the field is."""
        return Reference(self.entity_name, self.field, self.missing_entity_name)


@app.callback()
def _commands() -> None:
    """Look for what is wrong in the table."""  # Without it the only command has no name.


@app.command()
def references(
    deployment: Env,
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List references to entities that do not exist, and count them. Exit code 4 if there are any.

    -o json lists all of them, whatever the limit.
    """
    held: Counter[Reference] = Counter()
    dangling = list(_dangling(deployment.reader(), held))
    missing = Counter(it.reference for it in dangling)
    counts = [
        {**it._asdict(), "references": held[it], "dangling": missing[it]}
        for it in entities.references()
    ]
    shown = dangling[: limit or None]
    print_data(
        output,
        {"dangling": [it._asdict() for it in dangling], "counts": counts},
        (Held._fields, shown),
        ([*Reference._fields, "references", "dangling"], [row.values() for row in counts]),
    )
    if output == "table" and len(shown) < len(dangling):
        talk.print(f"… and {len(dangling) - len(shown)} more: see --limit")
    if dangling:
        raise typer.Exit(Code.REFUSED)


def _dangling(reader: Reader, counts: Counter[Reference]) -> Iterator[Held]:
    """Count all references, and yield those to entities that do not exist."""
    for entity_name in dict.fromkeys(it.entity_name for it in entities.references()):
        held = _held(reader, entity_name)
        while page := list(islice(held, _PAGE_SIZE)):
            counts.update(it.reference for it in page)
            present = reader.present(it.key for it in page)
            yield from (it for it in page if it.key not in present)


def _held(reader: Reader, entity_name: str) -> Iterator[Held]:
    own = [it for it in entities.references() if it.entity_name == entity_name]
    for found in (step.found for step in reader.all_of(entity_name) if step.found):
        for _, field, target in own:
            if field in found["entity"]:
                yield Held(entity_name, found["id"], field, target, found["entity"][field])
