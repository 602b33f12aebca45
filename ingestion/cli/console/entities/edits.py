"""The edits of a correction in the URL of its page, as the options --set and --unset write them."""

from typing import Any, Literal, NamedTuple, get_args, get_origin

from starlette.requests import Request

import entities
from entities.fields import accepted_types
from ingestion.cli.entities.corrected_fields import takes_text
from ingestion.cli.field_edit import FieldEdit, edits_of
from ingestion.cli.tables import value_text

_VALUE, _UNSET = "value.", "unset."  # The names of the form's fields begin with these.


class EditedField(NamedTuple):
    """A field of the form: the stored value, and the new one if there is one.

    `choices` are the texts that the field takes, if it takes no others.
    """

    name: str
    stored: str
    value: str
    is_removed: bool
    takes_json: bool
    choices: tuple[str, ...]
    is_required: bool


class Edits(NamedTuple):
    """The texts of --set and --unset."""

    values: list[str]
    removals: list[str]

    @classmethod
    def of(cls, request: Request) -> "Edits":
        """Return the edits in the URL of a page."""
        query = request.query_params
        return cls(query.getlist("set"), query.getlist("unset"))

    @classmethod
    def of_form(cls, request: Request, entity: str) -> "Edits | None":
        """Return the edits of a form that was sent, without its empty fields; None without one."""
        given = request.query_params.multi_items()
        if not any(name.startswith((_VALUE, _UNSET)) for name, _ in given):
            return None
        removals = [name.removeprefix(_UNSET) for name, _ in given if name.startswith(_UNSET)]
        values = [
            _edit(entity, name.removeprefix(_VALUE), value)
            for name, value in given
            if name.startswith(_VALUE) and value and name.removeprefix(_VALUE) not in removals
        ]
        return cls(values, removals)

    @property
    def parsed(self) -> list[FieldEdit]:
        """Return the edits. Raises typer.BadParameter."""
        return edits_of(map(FieldEdit.parse, self.values), self.removals)

    @property
    def words(self) -> list[str]:
        """Return the options of the command."""
        words = [word for value in self.values for word in ("--set", value)]
        return words + [word for field in self.removals for word in ("--unset", field)]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Return the edits as parameters of a URL."""
        return [("set", value) for value in self.values] + [
            ("unset", field) for field in self.removals
        ]

    def fields(self, entity: str, stored: dict[str, Any]) -> list[EditedField]:
        """Return the fields of the form. The id of an entity never changes."""
        parts = [value.partition("=") for value in self.values]
        new = {path.rstrip(":"): value for path, _, value in parts}
        model = entities.models()[entity]
        return [
            EditedField(
                name,
                value_text(stored.get(name)),
                new.get(name, ""),
                name in self.removals,
                not takes_text(field.annotation),
                _choices(field.annotation),
                field.is_required(),
            )
            for name, field in model.model_fields.items()
            if name != model.id_field()
        ]


def _edit(entity: str, field: str, value: str) -> str:
    known = entities.models()[entity].model_fields
    is_json = field in known and not takes_text(known[field].annotation)
    return f"{field}:={value}" if is_json else f"{field}={value}"


def _choices(annotation: Any) -> tuple[str, ...]:
    types = list(accepted_types(annotation))
    texts = [get_args(each) for each in types if get_origin(each) is Literal]
    return tuple(str(text) for each in texts for text in each)
