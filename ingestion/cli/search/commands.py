"""Find entities and documents by their words."""

from itertools import islice
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ingestion.cli.options import Columns, Env, EnvOrUrl, Limit, Shown, ShowPersonal
from ingestion.cli.output import console, print_data
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.start.completion import complete_entity, complete_source
from ingestion.cli.tables import choose_columns, new_console

Json = dict[str, Any]
FIND = "for"  # The command whose name may be left out.
_BEFORE_MATCH = 8  # The text before a match takes at most an eighth of a line.


class SearchCommands(TyperGroup):
    """The commands of search. `ingest search TEXT` is short for `ingest search for TEXT`."""

    default = FIND

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert the command that finds, unless the first word is a command or asks for help."""
        is_named = not args or args[0] in (*self.commands, "--help")
        return super().parse_args(ctx, args if is_named else [self.default, *args])


app = typer.Typer(cls=SearchCommands, no_args_is_help=True, help=__doc__, rich_markup_mode=None)

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="TEXT",
        help='Words, "phrases", AND, OR, NOT, field:word and wor*, such as: pump NOT spare.',
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
    words: Words,
    entity: EntityFilter = None,
    source: SourceFilter = None,
    columns: Columns = None,
    show_personal: ShowPersonal = False,
    limit: Limit = 20,
    output: Shown = "table",
) -> None:
    """List the entities and documents with these words, the best first."""
    from ingestion.cli.search.finding import open_search, without_personal_data

    text = " ".join(words)
    found = open_search(deployment).search(text, entity=entity, source=source)
    items = list(islice(found, limit or None))
    if not show_personal:
        items = list(map(without_personal_data, items))
    before = new_console().width // _BEFORE_MATCH
    rows = [(each["entity_name"], each["id"], _shown(each["highlights"], before)) for each in items]
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
    from ingestion.cli.search.rebuild import invoke_rebuild, wait_for_rebuild

    before = invoke_rebuild(deployment)
    entity_count = wait_for_rebuild(deployment, before)
    console.print(f"{deployment.environment}: the new index has {entity_count} entities.")


def _shown(highlights: list[list[Json]], before: int) -> str:
    """Return the highlights, each with so many characters before its first match.

    A table cuts off the end of a text that is too long, so the match must be near the beginning.
    """
    return " … ".join(_from_match(parts, before) for parts in highlights)


def _from_match(parts: list[Json], before: int) -> str:
    texts = [part["text"] for part in parts]
    first = next((n for n, part in enumerate(parts) if part["match"]), 0)
    context, rest = "".join(texts[:first]), "".join(texts[first:])
    if len(context) <= before:
        return context + rest
    cut = context[len(context) - before :]
    return f"… {cut.partition(' ')[2] or cut}{rest}"
