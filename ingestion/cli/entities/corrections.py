"""The commands that correct an entity: put and delete. The API makes events of the operator."""

from typing import Annotated

import typer

from ingestion.cli.entities.corrected_fields import changed_fields, edited_fields, read_fields
from ingestion.cli.entities.stored_entity import EntityArgument, IdArgument
from ingestion.cli.field_edit import Removals, Values, edits_of
from ingestion.cli.options import Env, ShowPersonal, Yes
from ingestion.cli.output import console, exit_with_error, print_all
from ingestion.cli.terminal.confirmation import confirm

CORRECTION_WAIT_SECONDS = 10

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the change, and send nothing.")]
Force = Annotated[
    bool, typer.Option("--force", help="Replace also a version that is stored meanwhile.")
]
Wait = Annotated[
    float, typer.Option(help="Wait at most so many seconds until it is stored.", min=0)
]
FieldsFile = Annotated[
    str | None, typer.Argument(help="A JSON object with all fields; - for stdin.")
]


def put(
    deployment: Env,
    entity: EntityArgument,
    entity_id: IdArgument,
    file: FieldsFile = None,
    values: Values = None,
    removals: Removals = None,
    dry_run: DryRun = False,
    force: Force = False,
    wait: Wait = CORRECTION_WAIT_SECONDS,
    show_personal: ShowPersonal = False,
) -> None:
    """Correct an entity: change some fields, or replace all by those of a file."""
    from ingestion.cli.entities.corrected_entity import open_entity

    edits = edits_of(values, removals)
    if bool(edits) == (file is not None):
        exit_with_error("give either a FILE with all fields, or --set and --unset")
    with open_entity(deployment, entity, entity_id, show_personal) as corrected:
        advice = ": to create the entity, give a FILE with all its fields"
        stored = corrected.require_stored(advice) if file is None else corrected.fields
        fields = edited_fields(entity, stored, edits) if file is None else read_fields(file)
        changed = changed_fields(entity, entity_id, stored, fields)
        if not changed:
            console.print(f"{entity} {entity_id!r} has these values already: nothing was sent.")
            return
        corrected.print_changes(changed)
        if dry_run:
            corrected.check_fields(fields)
        else:
            print_all(corrected.put(fields, list(changed), force=force, wait_seconds=wait))


def delete(
    deployment: Env,
    entity: EntityArgument,
    entity_id: IdArgument,
    yes: Yes = False,
    dry_run: DryRun = False,
    force: Force = False,
    wait: Wait = CORRECTION_WAIT_SECONDS,
    show_personal: ShowPersonal = False,
) -> None:
    """Delete an entity. A later event of a source creates it again."""
    from ingestion.cli.entities.corrected_entity import open_entity

    with open_entity(deployment, entity, entity_id, show_personal) as corrected:
        stored = corrected.require_stored()
        corrected.print_changes({name: (value, None) for name, value in stored.items()})
        if dry_run:
            return
        confirm(f"Delete {entity} {entity_id!r}?", yes=yes)
        print_all(corrected.delete(force=force, wait_seconds=wait))
