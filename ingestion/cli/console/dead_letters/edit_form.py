"""The form of an edit, and its fields in the URL: a path, what to do with it, and a value each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import NamedTuple, Self

import typer
from starlette.requests import Request

import entities
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.field_edit import FieldEdit
from ingestion.cli.redact_output import fields_of_detail

TEXT, JSON, UNSET = KINDS = ("text", "json", "unset")
_NAMES = ("path", "kind", "value")
_EXAMINED = 100  # Dead letters whose fields the form offers.


class EditLine(NamedTuple):
    """One change, as the operator enters it."""

    path: str = ""
    kind: str = TEXT
    value: str = ""

    @property
    def edit(self) -> FieldEdit:
        """Return the change. Raises typer.BadParameter."""
        if self.kind not in KINDS:
            raise typer.BadParameter(f"kind must be one of: {', '.join(KINDS)}")
        if "=" in self.path or self.path.endswith(":"):
            raise typer.BadParameter(
                f"{self.path!r} must be the path of a field, such as data.contract_type"
            )
        if self.kind == UNSET:
            return FieldEdit(self.path, is_removal=True)
        return FieldEdit.parse(self._assignment)

    @property
    def words(self) -> tuple[str, str]:
        """Return the option of the command."""
        return ("--unset", self.path) if self.kind == UNSET else ("--set", self._assignment)

    @property
    def _assignment(self) -> str:
        return f"{self.path}{':=' if self.kind == JSON else '='}{self.value}"


class EditForm(NamedTuple):
    """All changes of a form."""

    lines: Sequence[EditLine]

    @classmethod
    def of(cls, request: Request) -> Self:
        """Return the changes in the URL of a page. Leaves out lines without a path."""
        columns = (request.query_params.getlist(name) for name in _NAMES)
        lines = (EditLine(path.strip(), *more) for path, *more in zip(*columns, strict=False))
        return cls([line for line in lines if line.path])

    @classmethod
    def of_field(cls, path: str) -> Self:
        """Return the form with one field whose value is to be entered."""
        return cls([EditLine(path)])

    @property
    def edits(self) -> list[FieldEdit]:
        """Return the changes. Raises typer.BadParameter."""
        return [line.edit for line in self.lines]

    @property
    def words(self) -> list[str]:
        """Return the options of the command."""
        return list(chain.from_iterable(line.words for line in self.lines))

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Return the changes as parameters of a URL."""
        return [pair for line in self.lines for pair in zip(_NAMES, line, strict=True)]


def named_field(found: Iterable[DeadLetter]) -> str:
    """Return the field that most details are about; empty if none names a field."""
    counts = Counter(chain.from_iterable(fields_of_detail(each.detail) for each in found))
    return counts.most_common(1)[0][0] if counts else ""


def known_paths(found: Iterable[DeadLetter]) -> list[str]:
    """Return the fields of some dead letters, and of their entities."""
    paths: set[str] = set()
    for each in islice(found, _EXAMINED):
        data = each.value("data")
        model = entities.models().get(each.entity_name)
        names = [*(data if isinstance(data, dict) else ()), *(model.model_fields if model else ())]
        paths.update(f"data.{name}" for name in names)
    return sorted(paths)
