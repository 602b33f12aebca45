"""Find entities and documents by their words."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

import entities
from ingestion.catalog import READER
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.login.known import LOGIN_COMMAND, outputs_command
from ingestion.cli.options import Columns, Env, EnvOrUrl, Limit, Shown, ShowPersonal
from ingestion.cli.output import console, exit_with_error, print_data
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.start.completion import complete_entity, complete_source
from ingestion.cli.tables import choose_columns
from ingestion.intake.hidden_values import HIDDEN

if TYPE_CHECKING:
    from ingestion.cli.client.api_reader import ApiReader

Json = dict[str, Any]
FIND = "for"  # The command whose name may be left out.


class SearchCommands(TyperGroup):
    """The commands of search. `ingest search TEXT` is short for `ingest search for TEXT`."""

    default = FIND

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert the command that finds, unless the first word is a command or asks for help."""
        is_named = not args or args[0] in (*self.commands, "--help")
        return super().parse_args(ctx, args if is_named else [self.default, *args])


app = typer.Typer(cls=SearchCommands, no_args_is_help=True, help=__doc__, rich_markup_mode=None)

Text = Annotated[
    str,
    typer.Argument(
        metavar="TEXT",
        help="Words, \"phrases\", AND, OR, NOT, field:word and wor*, such as 'pump NOT spare'.",
    ),
]
EntityFilter = Annotated[
    str | None, typer.Option(help="Only this entity.", autocompletion=complete_entity)
]
SourceFilter = Annotated[
    str | None,
    typer.Option(
        help="Only entities whose last event is from this source.", autocompletion=complete_source
    ),
]


@app.command(FIND)
def find(
    deployment: EnvOrUrl,
    text: Text,
    entity: EntityFilter = None,
    source: SourceFilter = None,
    columns: Columns = None,
    show_personal: ShowPersonal = False,
    limit: Limit = 20,
    output: Shown = "table",
) -> None:
    """List the entities and documents with these words, the best first."""
    from ingestion.cli import redact_output

    found = _reader_of(deployment).search(text, entity=entity, source=source)
    items = list(islice(found, limit or None))
    if not show_personal:
        items = [_without_personal_text(redact_output.stored_data(each)) for each in items]
    rows = [(each["entity_name"], each["id"], _shown(each["highlights"])) for each in items]
    print_data(output, items, choose_columns((COLUMNS["search"], rows), columns))
    if limit and next(found, None) is not None:
        console.print(f"… there are more than {limit}: see --limit")
    if not items:
        console.print(f"Nothing in {deployment.environment} matches: {text}")


@app.command()
def rebuild(deployment: Env) -> None:
    """Build the index again from the table and the texts of documents, and wait for the end.

    Searches use the old index until the new one is complete. You can interrupt the command: the
    environment continues.
    """
    from ingestion.cli.search.rebuild import start_rebuild, wait_for_rebuild

    before = start_rebuild(deployment)
    documents = wait_for_rebuild(deployment, before)
    console.print(f"{deployment.environment}: the new index has {documents} entities.")


def _reader_of(deployment: Deployment | ApiAccess) -> "ApiReader":
    """Return a reader of the API with the reader's key. The command ends if there is none."""
    from ingestion.cli.client.api_reader import ApiReader

    if isinstance(deployment, ApiAccess):
        return ApiReader.connect(deployment.url, deployment.key)
    key = deployment.find_api_key(READER) or deployment.reader_api_key
    if not key:
        exit_with_error(
            f"the reader's key of {deployment.environment} is unknown: set INGEST_KEY to the key,"
            f" run `{outputs_command(deployment.environment)}` in a checkout, or `{LOGIN_COMMAND}`"
        )
    return ApiReader.connect(deployment.api_url, key)


def _without_personal_text(hit: Json) -> Json:
    """Hide the highlights of an entity whose index holds personal fields."""
    model = entities.models().get(hit["entity_name"])
    if model and not model.personal_fields() - model.unsearchable_fields():
        return hit
    parts = [[{"text": HIDDEN, "match": False}] for _ in hit["highlights"]]
    return hit | {"highlights": parts}


def _shown(highlights: list[list[Json]]) -> str:
    return " … ".join("".join(part["text"] for part in parts) for parts in highlights)
