"""The body of `POST /{path}`: submissions and CloudEvents of each entity and operation."""

from collections.abc import Iterable
from itertools import product

from pydantic import BaseModel

from entities import models
from entities.base import Entity
from entities.fields import EntityId
from ingestion.catalog import Catalog, Source
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON, CloudEvent
from ingestion.intake.media_type import JSON
from ingestion.intake.submission import MAX_EVENTS, Submission
from ingestion.openapi import examples
from ingestion.openapi.schemas import Json, schema_of

_NULL = {"type": "null"}
_SUBMISSION = "#/components/schemas/{}.{}"
# By the rules of references, `%2E` is a dot. openapi-python-client 0.29 does not know this and
# leaves the CloudEvents out. A client with several media types that take arrays cannot be imported.
_CLOUDEVENT = "#/components/schemas/{}%2E{}%2Ecloudevent"


def _held(name: str, **others: Json) -> Json:
    """Require that the attribute is present and is not null."""
    return {"required": [name], "properties": {name: {"not": _NULL}, **others}}


# Where a CloudEvent has its data. For a delete, the subject suffices.
_PLACES = {
    "upsert": [_held("data"), _held("data_base64")],
    "delete": [
        _held("data"),
        _held("data_base64"),
        _held("subject", data=_NULL, data_base64=_NULL),
    ],
}


def schemas(catalog: Catalog) -> Json:
    """Return the schemas of the events that sources may post, by their names in the document."""
    made: Json = {}
    for source in catalog.sources.values():
        for name in [] if source.map else source.entities:
            made |= _submissions(models()[name]) | _cloudevents(models()[name])
    return made


def _submissions(model: type[Entity]) -> Json:
    """Return the schemas of an entity's submissions: by operation, and without an operation."""
    name = model.entity_name
    whole = {"entity_name": {"const": name}, "body": {"$ref": model}}
    upsert = whole | {"operation": {"const": "upsert", "default": "upsert"}}
    delete = whole | {"operation": {"const": "delete"}, "body": {"$ref": model.key_model()}}
    addresses = {operation: _SUBMISSION.format(name, operation) for operation in _PLACES}
    return {
        f"{name}.upsert": _narrow(Submission, f"Upsert {name}", upsert, "operation"),
        f"{name}.delete": _narrow(Submission, f"Delete {name}", delete, "operation"),
        f"{name}.default": _narrow(
            Submission, f"Upsert {name} by default", whole | {"operation": None}
        ),
        f"{name}.operation": {
            "description": f"An event of {name} with its operation.",
            "type": "object",  # Some tools apply a discriminator to objects only.
            "oneOf": [{"$ref": address} for address in addresses.values()],
            "discriminator": {"propertyName": "operation", "mapping": addresses},
        },
    }


def _cloudevents(model: type[Entity]) -> Json:
    """Return the CloudEvents of an entity, by operation."""
    name, key = model.entity_name, model.id_field()
    own_id = schema_of(EntityId | None)
    own_id["description"] = f"The entity's id, as in the data. {own_id['description']}"
    data: Json = {
        "upsert": {"anyOf": [{"$ref": model}, _NULL]},
        "delete": {"type": ["object", "null"], "properties": {key: schema_of(EntityId)}},
    }
    made = {}
    for operation, places in _PLACES.items():
        event_type = {"const": f"{name.lower()}.{operation}"}
        fields = {"type": event_type, "subject": own_id, "data": data[operation]}
        title = f"{operation} {name} as a CloudEvent"
        made[f"{name}.{operation}.cloudevent"] = _narrow(CloudEvent, title, fields) | {
            "propertyNames": {"pattern": "^([a-z0-9]+|data_base64)$"},
            "oneOf": places,
        }
    with_id = {"data": {"required": [key], "properties": {key: {"type": "string"}}}}
    identified = [{"properties": with_id}, _held("subject")]
    made[f"{name}.delete.cloudevent"]["allOf"] = [{"anyOf": identified}]
    return made


def _narrow(form: type[BaseModel], title: str, fields: Json, *required: str) -> Json:
    """Return the schema of a form with `fields` in place of its own. None leaves a field out."""
    schema = schema_of(form)
    properties = schema["properties"] | fields
    schema["properties"] = {name: field for name, field in properties.items() if field is not None}
    return schema | {"title": title.capitalize(), "required": [*schema["required"], *required]}


def content(name: str, source: Source) -> Json:
    """Return what a source may post, by media type."""
    submission = _one_of(source, _SUBMISSION, ("operation", "default"), {"enum": [name, None]})
    cloudevent = _one_of(source, _CLOUDEVENT, _PLACES, {"const": name})
    model = models()[source.entities[0]]
    body = examples.complete(model)
    attributes = {
        "specversion": "1.0",
        "id": "event-1",
        "source": name,
        "type": f"{model.entity_name.lower()}.upsert",
        "subject": body[model.id_field()],
        "data": body,
    }
    return {
        JSON: {
            "schema": {"oneOf": [submission, _several(submission, 1)]},
            "examples": examples.submitted(model),
        },
        STRUCTURED_JSON: {"schema": cloudevent, "example": attributes},
        BATCH_JSON: {"schema": _several(cloudevent, 0), "example": [attributes]},
    }


def _one_of(source: Source, address: str, kinds: Iterable[str], name: Json) -> Json:
    references = [{"$ref": address.format(*event)} for event in product(source.entities, kinds)]
    return {"oneOf": references, "properties": {"source": name}}


def _several(event: Json, min_items: int) -> Json:
    return {"type": "array", "items": event, "minItems": min_items, "maxItems": MAX_EVENTS}
