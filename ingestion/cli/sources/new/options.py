"""The options of `ingest source new`."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple, Self

import typer

from ingestion.catalog.signature import PRESETS, PresetName
from ingestion.cli.mapping.file_command import read_pairs
from ingestion.cli.sources.new.sample_file import FORMATS
from ingestion.cli.sources.new.sender import Auth, OnInvalid, SenderOptions, preset_of
from ingestion.cli.start.completion import complete_entity, complete_signature

_Texts = list[str] | None

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the new source.")]
Sample = Annotated[str, typer.Option(metavar="FILE", help="A payload, or - for standard input.")]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help=f"{', '.join(FORMATS)} (default: by the name)."),
]
EntityName = Annotated[
    str | None,
    typer.Option(
        autocompletion=complete_entity,
        help="The entity of the events, or the name of a new one (default: named as the source).",
    ),
]
Path = Annotated[str | None, typer.Option(help="The source posts to it (default: its name).")]
Each = Annotated[
    _Texts,
    typer.Option(
        metavar="EXPRESSION",
        help="The list of the items, or payload. May be repeated for a list in a list.",
    ),
]
Id = Annotated[
    _Texts,
    typer.Option(
        "--id",
        metavar="EXPRESSION",
        help="The id of an item. May be repeated for an id of several parts.",
    ),
]
Time = Annotated[
    str | None,
    typer.Option(metavar="EXPRESSION", help="The time of the event, or received_at."),
]
Field = Annotated[
    _Texts,
    typer.Option(
        metavar="NAME=EXPRESSION", help="A field of an entity that exists. May be repeated."
    ),
]
Header = Annotated[
    _Texts,
    typer.Option(metavar="NAME:VALUE", help="A header of the request. May be repeated."),
]
AuthOption = Annotated[
    Auth | None,
    typer.Option("--auth", help="How the source proves its identity (default: api_key)."),
]
SignatureOption = Annotated[
    PresetName | None,
    typer.Option(
        "--signature",
        metavar=f"[{'|'.join(PRESETS)}]",
        parser=preset_of,
        autocompletion=complete_signature,
        help="How the source signs its requests. It sets --auth hmac.",
    ),
]
OnInvalidOption = Annotated[
    OnInvalid | None,
    typer.Option("--on-invalid", help="What happens to a payload that makes no valid event."),
]


class RuleOptions(NamedTuple):
    """What the command line says about the rule. Nothing stands for a guess."""

    each: Sequence[str]
    ids: Sequence[str]
    time: str | None
    fields: Mapping[str, str]

    @classmethod
    def of(cls, *, each: _Texts, ids: _Texts, time: str | None, fields: _Texts) -> Self:
        """Return the options as they are given. The command ends if a field has no expression."""
        return cls(each or (), ids or (), time, read_pairs("--field", fields, "="))


class Options(NamedTuple):
    """What the command line says about a source. None stands for a default."""

    name: str
    entity: str | None
    path: str | None
    sender: SenderOptions
    rule: RuleOptions
