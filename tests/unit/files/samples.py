"""An entity with a field of every type, its export and the upload of that export."""

import io
from io import BytesIO
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

import entities
from ingestion.catalog import Catalog
from ingestion.cli.entities.export import write_csv
from ingestion.event import Event
from ingestion.files.parse import extract_rows
from ingestion.store.attributes import to_attribute_value
from ingestion.store.reader import entity_document
from tests.support.invocations import upload

SAMPLE = """
from typing import Annotated, ClassVar, Literal
from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, UtcTime, references


class Sample(Entity):
    entity_name: ClassVar[str] = "SAMPLE"

    sample_id: EntityId
    text: str
    flag: bool
    amount: Number
    day: CalendarDate
    kind: Literal["a", "=b", ""]
    texts: list[str]
    maybe_text: str | None = None
    maybe_flag: bool | None = None
    maybe_amount: Number | None = None
    maybe_day: CalendarDate | None = None
    maybe_kind: Literal["a", "'b"] | None = None
    maybe_reference: Annotated[EntityId | None, references("SAMPLE")] = None
    maybe_texts: list[str] | None = None
    amounts: list[Number] = []
    days: list[CalendarDate] = []
    flags: list[bool | None] = []
    nested: list[list[str]] = []
    maybe_time: UtcTime | None = None
    times: list[UtcTime | None] = []
    flag_or_word: bool | Literal["unknown"] | None = None
"""


def stored(name: str, fields: dict[str, Any]) -> tuple[BaseModel, dict[str, Any]]:
    """Return an entity as a worker takes it, and its row as an export reads it."""
    model = entities.models()[name]
    entity = model.model_validate_json(to_json(fields))
    row = {"ID": f"{name}#{fields[model.id_field()]}", "ENTITY_NAME": name}
    row |= entity.model_dump(exclude_none=True)
    return entity, entity_document(
        {field: to_attribute_value(value) for field, value in row.items()}
    )


def written(name: str, rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    write_csv(rows, out, list(entities.models()[name].model_fields), with_event=False)
    return out.getvalue().encode()


def uploaded(content: bytes, form: str, name: str = "SAMPLE") -> list[Any]:
    """Return the data of the events that the upload of a file makes, and its rejected rows."""
    catalog = Catalog.model_validate(
        {"sources": {"sourceB": {"path": "b", "entities": [name], "auth": "api_key"}}}
    )
    found = extract_rows(BytesIO(content), form, upload(f"rows.{form}"), catalog.sources["sourceB"])
    return [each.data if isinstance(each, Event) else each for each in found]
