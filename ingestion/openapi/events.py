"""The body of `POST /{path}`: submissions and CloudEvents of each entity and operation."""

from itertools import product
from typing import get_args

from pydantic import BaseModel

from entities import models
from ingestion.catalog import Catalog, Source
from ingestion.event import Operation
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON, CloudEvent
from ingestion.intake.media_type import JSON
from ingestion.intake.submission import MAX_EVENTS, Submission
from ingestion.openapi.schemas import Json, example, schema_of

_OPERATIONS: tuple[Operation, ...] = get_args(Operation)
_SUBMISSION = "#/components/schemas/{}.{}"
# By the rules of references, `%2E` is a dot. openapi-python-client 0.29 does not know this and
# leaves the CloudEvents out. A client with several media types that take arrays cannot be imported.
_CLOUDEVENT = "#/components/schemas/{}%2E{}%2Ecloudevent"


def schemas(catalog: Catalog) -> Json:
    """Return the schema of each event that a source may post, by its name in the document."""
    made = {}
    for source in catalog.sources.values():
        for name, operation in product(source.entities, _OPERATIONS):
            model = models()[name]
            body = {"$ref": model.key_model() if operation == "delete" else model}
            constants = {"entity_name": {"const": name}, "operation": {"const": operation}}
            is_default = operation == Submission.model_fields["operation"].default
            made[f"{name}.{operation}"] = _narrow(
                Submission,
                f"{operation} {name}",
                constants | {"body": body},
                [] if is_default else ["operation"],
            )
            event_type = {"const": f"{name.lower()}.{operation}"}
            media_type = {"enum": [JSON, None]}
            made[f"{name}.{operation}.cloudevent"] = _narrow(
                CloudEvent,
                f"{operation} {name} as a CloudEvent",
                {"type": event_type, "datacontenttype": media_type, "data": body},
                ["data"],
            ) | {"propertyNames": {"pattern": "^[a-z0-9]+$"}}
    return made


def _narrow(form: type[BaseModel], title: str, fields: Json, required: list[str]) -> Json:
    """Return the schema of a form with `fields` in place of its own, and more of them required."""
    schema = schema_of(form)
    # With `data_base64`, a CloudEvent would match several schemas of a `oneOf`.
    schema["properties"].pop("data_base64", None)
    schema["properties"] |= fields
    return schema | {"title": title.capitalize(), "required": schema["required"] + required}


def content(name: str, source: Source) -> Json:
    """Return what a source may post, by media type."""
    submission = _one_of(source, _SUBMISSION, {"enum": [name, None]})
    cloudevent = _one_of(source, _CLOUDEVENT, {"const": name})
    model = models()[source.entities[0]]
    body = example(model)
    submitted = {"entity_name": model.entity_name, "body": body}
    attributes = {
        "specversion": "1.0",
        "id": "event-1",
        "source": name,
        "type": f"{model.entity_name.lower()}.upsert",
        "subject": body[model.id_field()],
        "data": body,
    }
    return {
        JSON: {"schema": {"oneOf": [submission, _several(submission)]}, "example": submitted},
        STRUCTURED_JSON: {"schema": cloudevent, "example": attributes},
        BATCH_JSON: {"schema": _several(cloudevent), "example": [attributes]},
    }


def _one_of(source: Source, address: str, name: Json) -> Json:
    events = product(source.entities, _OPERATIONS)
    references = [{"$ref": address.format(*event)} for event in events]
    return {"oneOf": references, "properties": {"source": name}}


def _several(event: Json) -> Json:
    return {"type": "array", "items": event, "minItems": 1, "maxItems": MAX_EVENTS}
