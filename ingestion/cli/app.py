"""The `ingest` command: send events to a deployed environment and read what it stores.

\b
Exit codes:
  0    done
  1    the environment is unknown or unreachable
  2    wrong usage
  3    not found
  4    some events were rejected or some references are dangling: fix them
  5    some events were not published: send them again
  130  interrupted by Ctrl-C
"""  # noqa: D301 - Click keeps the lines of a paragraph that begins with a backspace.

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ingestion.cli.checkout import THIS_CHECKOUT, Checkout
from ingestion.cli.start.lazy_command import LazyCommand
from ingestion.cli.start.streams import escape_missing_characters
from ingestion.cli.start.words import Words

# By name: the function or Typer app in `ingestion.cli`, and the first paragraph of its help.
COMMANDS = {
    "send": (
        "sending.send:send",
        "Send the events, rows or payloads of a file. Retries on 429 and 5xx use the same ids.",
    ),
    "upload": ("sending.upload:upload", "Upload a file of rows, or a document, as its source."),
    "map": (
        "mapping.command:map_payloads",
        "Try the rules of a source on a payload, or test them with its samples. Needs no AWS.",
    ),
    "tail": (
        "tail:tail",
        "Print changes as they happen, until Ctrl-C. -o json prints JSON Lines.",
    ),
    "sources": (
        "describe:sources",
        "List the sources of the catalog, and the URLs to which they post.",
    ),
    "source": (
        "sources.group:app",
        "Set up a source: draft it from a sample, and check what it sends.",
    ),
    "status": (
        "status.commands:status",
        "Show what waits and what fails, for each source and subscriber.",
    ),
    "console": (
        "console.command:console",
        "Open pages that show and control the environment, until Ctrl-C. Only this machine sees"
        " them.",
    ),
    "close": (
        "sources.commands:close",
        "Refuse what a source posts, with 503 and Retry-After, until `ingest open`.",
    ),
    "open": ("sources.commands:open_source", "Accept again what a closed source posts."),
    "pause": (
        "sources.commands:pause",
        "Stop storing the events of a source, until `ingest resume`. They wait in its queue.",
    ),
    "resume": ("sources.commands:resume", "Store the events of a paused source again."),
    "openapi": ("describe:print_openapi", "Print the OpenAPI document of the HTTP API."),
    "asyncapi": ("describe:print_asyncapi", "Print the AsyncAPI document of the change feed."),
    "schema": (
        "entities.commands:schema",
        "Print what the API accepts as an entity, as JSON Schema 2020-12.",
    ),
    "get": ("entities.commands:get", "Show one entity and its last event."),
    "list": (
        "entities.commands:list_entities",
        "List the entities of a name, ordered by id, or by time with --changed-since.",
    ),
    "related": (
        "entities.commands:related",
        "List the entities that an entity refers to, and those that refer to it.",
    ),
    "search": ("search.commands:app", "Find entities and documents by their words."),
    "export": (
        "entities.export:export",
        "Write all entities of a name to a file, with progress on stderr.",
    ),
    "put": (
        "entities.corrections:put",
        "Correct an entity: change some fields, or replace all by those of a file.",
    ),
    "delete": (
        "entities.corrections:delete",
        "Delete an entity. A later event of a source creates it again.",
    ),
    "entities": ("entities.reindex:app", "Maintain the index by time."),
    "check": (
        "check.commands:app",
        "Check the table: dangling references, and rows that no model accepts.",
    ),
    "dlq": ("dlq.commands:app", "Dead letters: show, edit, redrive and drop them."),
    "files": (
        "files.commands:app",
        "Uploaded files: list uploads, show a report or all rejected rows, process a file again.",
    ),
    "secrets": (
        "secrets:app",
        "The secrets of sources (auth: hmac, basic or bearer), and of subscribers.",
    ),
    "login": (
        "login.commands:login",
        "Keep an environment's names and URLs, so that commands need no checkout: --env NAME.",
    ),
    "logs": (
        "logs.commands:logs",
        "Print the lines of the functions' logs, the newest last. -o json prints JSON Lines.",
    ),
    "trace": (
        "trace.commands:trace",
        "Find what became of an event, a request or an upload.",
    ),
    "audit": (
        "audit.commands:audit",
        "List who changed dead letters, entities, secrets or sources.",
    ),
}


class Commands(TyperGroup):
    """The group of all commands, without importing them."""

    def __init__(self, **options: Any) -> None:
        commands = [
            LazyCommand(name, f"ingestion.cli.{target}", summary)
            for name, (target, summary) in COMMANDS.items()
        ]
        super().__init__(**options | {"commands": commands})

    def make_context(self, info_name: Any, args: list[str], *parent: Any, **extra: Any) -> Any:
        """Return the context of these words. A completion imports few modules."""
        if extra.get("resilient_parsing") and (words := Words.after(args, self)):
            return words.make_context(info_name, args, *parent, **extra)
        return super().make_context(info_name, args, *parent, **extra)

    def invoke(self, context: Any) -> Any:
        """Run the command. Print why it failed, and exit with its code."""
        from ingestion.cli.output import CommandFailed, console

        try:
            return super().invoke(context)
        except CommandFailed as failure:
            console.print(str(failure))
            raise typer.Exit(failure.exit_code) from failure


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help=__doc__,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Importing Rich's help takes more CPU than all the rest of the help.
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib import metadata

        typer.echo(metadata.version("multi-source-ingestion"))
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True),
]


@app.callback()
def _options(version: Version = False) -> None: ...


def main(checkout: Checkout = THIS_CHECKOUT) -> None:
    """Run the command. Print an expected error as one line."""
    escape_missing_characters()
    try:
        try:
            app(obj=checkout)
        finally:
            sys.stdout.flush()
    except SystemExit:
        raise
    except BrokenPipeError:  # The reader, such as `head`, has enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except _expected_errors() as error:
        from ingestion.cli.output import ExitCode, console
        from ingestion.cli.start.failures import describe_failure

        console.print(describe_failure(error))
        sys.exit(ExitCode.UNREACHABLE)


def _expected_errors() -> tuple[type[Exception], ...]:
    """Return the errors that need no traceback. Only a failed command imports them."""
    from ingestion.cli.start.failures import EXPECTED

    return *EXPECTED, UnicodeEncodeError


if __name__ == "__main__":
    main()
