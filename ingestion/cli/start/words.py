"""Completes commands and frequent values without importing the commands, which takes too long."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Self

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_param_completion

from ingestion.cli.start import completion
from ingestion.cli.start.lazy_command import LazyCommand

# By group: its commands, and the first paragraph of their help.
SUBCOMMANDS = {
    "entities": {
        "reindex": "Add all stored entities to the index by time. Run this once for each"
        " environment.",
    },
    "check": {
        "references": "List references to entities that do not exist, and count them. Exit code 4"
        " if there are any.",
        "entities": "List stored rows that today's models refuse, and count rows. Exit code 4 if"
        " there are any.",
    },
    "dlq": {
        "list": "Count dead letters by reason, and list them.",
        "show": "Show a dead letter: the event, the reason, and what was done to it.",
        "redrive": "Send dead letters again to the target where they failed. Keep those that would"
        " fail again.",
        "drop": "Drop dead letters permanently: by id, source, reason, entity or age.",
        "edit": "Edit a dead letter's event, such as --set data.contract_type=works, or those of a"
        " selection.",
    },
    "files": {
        "list": "List uploads with their state, the newest first.",
        "show": "Show the report of an upload, or write all its rejected rows.",
        "retry": "Process an uploaded file again, from its first row. No row is stored twice.",
    },
    "search": {
        "for": "List the entities and documents with these words, the best first.",
        "rebuild": "Build the index again from the table and the texts of documents, and wait for"
        " the end.",
    },
    "source": {
        "new": "Draft a source from a sample payload: its entry, its sample and, if it is new, its"
        " entity.",
        "check": "Check one source: its credential, samples, last events and what was refused.",
    },
    "secrets": {
        "add": "Add a secret and print it once.",
        "list": "List the ids and ages of the live secrets, but not the secrets.",
        "retire": "Retire a secret.",
    },
}

_Completion = Callable[..., Any]
_OF_ENTITY = ("schema", "get", "list", "related", "export", "put", "delete")
_OF_SOURCE = ("close", "open", "pause", "resume", "source check")
_OF_QUEUE = ("dlq", "status", "logs")
_BY_FIRST_ARGUMENT = dict.fromkeys(_OF_ENTITY, completion.complete_entity) | dict.fromkeys(
    _OF_SOURCE, completion.complete_source
)
_BY_OPTION: dict[str, _Completion] = {
    "--env": completion.complete_environment,
    "--source": completion.complete_source,
    "--function": completion.complete_function,
    "--entity": completion.complete_entity,
    "--reason": completion.complete_reason,
    "--columns": completion.complete_columns,
    "--signature": completion.complete_signature,
}


class Word(NamedTuple):
    """A word that a shell offers."""

    value: str
    help: str | None = None
    type: str = "plain"


class Words(TyperCommand):
    """Stands for all commands while a shell completes the word after some words.

    Typer itself would import the command with all that the command needs.
    """

    def __init__(self, group: TyperGroup, path: Sequence[str], values: _Completion | None) -> None:
        super().__init__(group.name)
        self._group = group
        self._path = path
        self._values = values

    @classmethod
    def after(cls, words: Sequence[str], group: TyperGroup) -> Self | None:
        """Return the completion after these words; None if only the command itself knows it."""
        path = words[: 2 if words and words[0] in SUBCOMMANDS else 1]
        if list(path) == list(words) and (not words or " ".join(path) in SUBCOMMANDS):
            return cls(group, path, None)
        values = values_after(words, path)
        return cls(group, path, values) if values else None

    def make_context(self, info_name: Any, args: list[str], *parent: Any, **extra: Any) -> Any:
        """Return a context that has the name of the command."""
        return super().make_context(" ".join([info_name, *self._path]), args, *parent, **extra)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the environment only. Typer would make a pydantic model even of --help."""
        if "--env" in args[:-1]:
            ctx.params["deployment"] = args[args.index("--env") + 1]
        ctx.args = args
        return []

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Return the words that begin like the incomplete one."""
        if incomplete.startswith("-"):
            command = self._load_command(ctx)
            return command.shell_complete(typer.Context(command), incomplete)
        return [
            word for word in self._offered(ctx, incomplete) if word.value.startswith(incomplete)
        ]

    def _offered(self, ctx: Any, incomplete: str) -> Iterator[Word]:
        if complete := get_param_completion(self._values):
            yield from map(Word, complete(ctx, [], incomplete))
        elif self._path:
            yield from (Word(*named) for named in SUBCOMMANDS[self._path[0]].items())
        else:
            commands = self._group.commands.values()
            yield from (Word(str(each.name), each.short_help) for each in commands)

    def _load_command(self, ctx: Any) -> Any:
        """Return the command of these words, which has the options."""
        command: Any = self._group
        for name in self._path:
            command = command.get_command(ctx, name)
            command = command.load() if isinstance(command, LazyCommand) else command
        return command


def values_after(words: Sequence[str], path: Sequence[str]) -> _Completion | None:
    """Return the completion of an option's value, or of a command's first argument."""
    if not words:
        return None
    if len(words) == len(path):
        return _BY_FIRST_ARGUMENT.get(" ".join(path))
    if path[0] in _OF_QUEUE and words[-1] == "--source":
        return completion.complete_queue
    return _BY_OPTION.get(words[-1])
