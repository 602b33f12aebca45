"""The commands that look for what is wrong in the table: references to what is not there."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

import typer
from pydantic_core import to_json

import entities
from entities import Reference
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env, Limit, Shown
from ingestion.cli.output import Code, print_table, talk
from ingestion.store.reader import Reader, key_of

_AT_ONCE = 100  # Entities whose references are looked up together.

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


@dataclass
class Check:
    """A walk over all references, a few entities at a time, and what it has met so far."""

    reader: Reader
    met: Counter[Reference] = field(default_factory=Counter)
    dangling: Counter[Reference] = field(default_factory=Counter)

    def run(self) -> Iterator[Held]:
        """The references to what is not there."""
        for entity_name in dict.fromkeys(it.entity_name for it in entities.references()):
            held = self._held(entity_name)
            while page := list(islice(held, _AT_ONCE)):
                there = self.reader.existing(it.key for it in page)
                missing = [it for it in page if it.key not in there]
                self.met.update(it.reference for it in page)
                self.dangling.update(it.reference for it in missing)
                yield from missing

    def _held(self, entity_name: str) -> Iterator[Held]:
        marks = [it for it in entities.references() if it.entity_name == entity_name]
        for step in self.reader.all_of(entity_name):
            for _, name, target in marks:
                if step.found and name in step.found["entity"]:
                    found = step.found
                    yield Held(entity_name, found["id"], name, target, found["entity"][name])

    @property
    def counts(self) -> list[dict[str, Any]]:
        """How many references there are of each kind, and how many dangle."""
        return [
            {**it._asdict(), "references": self.met[it], "dangling": self.dangling[it]}
            for it in entities.references()
        ]


@app.callback()
def _commands() -> None:
    """Look for what is wrong in the table."""  # Without it the only command has no name.


@app.command()
def references(
    context: typer.Context,
    env: Env = "local",
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List references to what is not there, and count them. Exit code 4 if there are any.

    -o json lists all of them, whatever the limit.
    """
    check = Check(Deployment.load(env, context.obj).reader())
    if output == "json":
        _print_json(check)
    else:
        _print_tables(check, limit)
    if check.dangling:
        raise typer.Exit(Code.REFUSED)


def _print_json(check: Check) -> None:
    """One document, however long, of which no more is held than a few entities."""
    sys.stdout.write('{"dangling": [')
    separator = "\n"
    for it in check.run():
        sys.stdout.write(separator + to_json(it._asdict()).decode())
        separator = ",\n"
    sys.stdout.write(f'\n], "counts": {to_json(check.counts).decode()}}}\n')


def _print_tables(check: Check, limit: int) -> None:
    found = check.run()
    print_table(Held._fields, islice(found, limit or None))
    more = sum(1 for _ in found)
    if more:
        talk.print(f"… and {more} more: see --limit")
    columns = ["entity_name", "field", "target", "references", "dangling"]
    print_table(columns, [row.values() for row in check.counts])
