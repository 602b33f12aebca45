"""Changes of a dead letter's event: what the command takes, and what it does to the event."""

from typing import Any, NamedTuple, Self

import typer
from pydantic_core import from_json

from ingestion.errors import IngestionError


class NoSuchPlace(IngestionError):
    """An edit names a place that the event does not have."""


class Change(NamedTuple):
    """A new value for a dotted place, such as data.contract_type; no value takes it away."""

    path: str
    value: Any = None
    is_removal: bool = False

    def apply(self, document: dict[str, Any]) -> None:
        """Change the document. Raises NoSuchPlace."""
        *parents, name = self.path.split(".")
        place: Any = document
        for parent in parents:
            place = place.get(parent) if isinstance(place, dict) else None
        if not isinstance(place, dict) or (self.is_removal and name not in place):
            raise NoSuchPlace(f"the event has no place {self.path!r}: its fields are under data.")
        if self.is_removal:
            del place[name]
        else:
            place[name] = self.value

    @classmethod
    def parse(cls, text: str) -> Self:
        """The change that PATH=VALUE or PATH:=JSON asks for."""
        if text.encode(errors="ignore").decode() != text:  # Python reads bad bytes as surrogates.
            raise typer.BadParameter("takes text in UTF-8")
        path, separator, value = text.partition("=")
        if not separator or not path.rstrip(":"):
            raise typer.BadParameter("takes PATH=VALUE")
        if not path.endswith(":"):
            return cls(path, value)
        try:
            return cls(path[:-1], from_json(value))
        except ValueError as error:
            raise typer.BadParameter(f"{path} takes JSON: {error}") from error
