"""A change of one field, as the options --set and --unset write it."""

from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple, Self

import typer

from ingestion.syntax import exact_json


class FieldEdit(NamedTuple):
    """A new value for a dotted path such as data.contract_type, or the removal of the field."""

    path: str
    value: Any = None
    is_removal: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse PATH=VALUE or PATH:=JSON. Raises typer.BadParameter."""
        if text.encode(errors="ignore").decode() != text:  # Python reads bad bytes as surrogates.
            raise typer.BadParameter("must be UTF-8 text")
        path, separator, value = text.partition("=")
        if not separator or not path.rstrip(":"):
            raise typer.BadParameter(
                "must be PATH=VALUE, such as contract_type=works, or PATH:=JSON"
            )
        if not path.endswith(":"):
            return cls(path, value)
        try:
            return cls(path[:-1], exact_json.read(value))
        except ValueError as error:
            raise typer.BadParameter(f"{path} takes JSON: {error}") from error

    def value_in(self, content: Any) -> Any:
        """Return the value of the field in an event, or in a text that replaces the event."""
        for name in self.path.split("."):
            if not isinstance(content, dict):
                return content
            content = content.get(name)
        return content


Values = Annotated[
    list[FieldEdit] | None,
    typer.Option(
        "--set",
        parser=FieldEdit.parse,
        metavar="PATH=VALUE",
        help="Set a field to text; PATH:=VALUE sets other JSON. Other fields stay.",
    ),
]
Removals = Annotated[
    list[str] | None, typer.Option("--unset", metavar="PATH", help="Remove a field.")
]


def edits_of(values: Iterable[FieldEdit] | None, removals: Iterable[str] | None) -> list[FieldEdit]:
    """Return the edits that the options describe."""
    return [*(values or []), *(FieldEdit(path, is_removal=True) for path in removals or [])]
