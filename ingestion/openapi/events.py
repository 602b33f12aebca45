"""The body of `POST /{path}`: submissions and CloudEvents of each entity and operation."""

from itertools import product
from typing import get_args

import entities
from ingestion.catalog import Catalog, Source
from ingestion.event import Operation
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON, CloudEvent
from ingestion.intake.media_type import JSON
from ingestion.intake.submission import MAX_EVENTS, Submission
from ingestion.openapi.examples import example
from ingestion.openapi.schemas import Json, schema_of

_OPERATIONS: tuple[Operation, ...] = get_args(Operation)
_SUBMISSION = "#/components/schemas/{}.{}"
# By the rules of references, `%2E` is a dot. openapi-python-client 0.29 does not know this and
# leaves the CloudEvents out. A client with several media types that take arrays cannot be imported.
_CLOUDEVENT = "#/components/schemas/{}%2E{}%2Ecloudevent"


def schemas(catalog: Catalog) -> Json:
    """Return the schema of each event that a source may post, by its name in the document."""
    made = {}
    for source in catalog.sources.values():
        for entity_name, operation in product(source.entities, _OPERATIONS):
            made[f"{entity_name}.{operation}"] = _submission(entity_name, operation)
            made[f"{entity_name}.{operation}.cloudevent"] = _cloudevent(entity_name, operation)
    return made


def content(name: str, source: Source) -> Json:
    """Return what a source may post, by media type."""
    submission = _one_of(source, _SUBMISSION, {"enum": [name, None]})
    cloudevent = _one_of(source, _CLOUDEVENT, {"const": name})
    model = entities.models()[source.entities[0]]
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


def _submission(entity_name: str, operation: Operation) -> Json:
    schema = schema_of(Submission)
    is_default = operation == Submission.model_fields["operation"].default
    fixed = {
        "entity_name": {"const": entity_name},
        "operation": {"const": operation},
        "body": _body(entity_name, operation),
    }
    return schema | {
        "title": f"{operation} {entity_name}".capitalize(),
        "properties": schema["properties"] | fixed,
        "required": schema["required"] + ([] if is_default else ["operation"]),
    }


def _cloudevent(entity_name: str, operation: Operation) -> Json:
    schema = schema_of(CloudEvent)
    # With `data_base64`, an event would match several schemas of a `oneOf`.
    del schema["properties"]["data_base64"]
    fixed = {
        "type": {"const": f"{entity_name.lower()}.{operation}"},
        "datacontenttype": {"enum": [JSON, None]},
        "data": _body(entity_name, operation),
    }
    return schema | {
        "title": f"{operation} {entity_name} as a CloudEvent".capitalize(),
        "properties": schema["properties"] | fixed,
        "required": [*schema["required"], "data"],
        "propertyNames": {"pattern": "^[a-z0-9]+$"},
    }


def _body(entity_name: str, operation: Operation) -> Json:
    model = entities.models()[entity_name]
    return {"$ref": model.key_model() if operation == "delete" else model}
