"""Examples of entities and of responses. A test validates each against its schema."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from entities import models, references
from entities.base import Entity
from ingestion.http.problem import title_of
from ingestion.openapi.schemas import Json, example, example_of
from ingestion.store.relations import REFERRED_BY, REFERS_TO

_TIME = "2026-01-31T12:00:00.000000Z"
_ACCEPTED = {"index": 0, "id": "event-1", "status": "accepted"}
_FAULT = {"field": "time", "message": "must be at most 5 minutes after the receipt"}
_INVALID = {"index": 0, "reason": "invalid_event", **_FAULT}
_TOO_LARGE = {"index": 0, "reason": "too_large", "field": "", "message": "has over 245760 bytes"}
_REJECTED = {"index": 0, "status": "rejected"}
_MAPPED = {**_ACCEPTED, "rule": 1, "item": 0}
_IGNORED = {"index": 1, "status": "ignored"}
_REFUSED = {"index": 0, "rule": 1, "item": 1, "status": "rejected"}
_IS_NULL = {"field": "rule 1 (CONTRACT), id", "message": "is null: must be a text or a number"}
_UNMAPPABLE = {"index": 0, "rule": 1, "item": 1, "reason": "unmappable_item", **_IS_NULL}
_NAME = {"field": "name", "message": "must end with .csv, .tsv, .json, .jsonl, .xlsx, .gz or .zip"}
_UPLOAD_KEY = "uploads/sourceA/9a2d7f0e-5d0b-4b57-9d0c-3f0a1c1f9b1e/rows.csv"
# The members of a body, beside those of every problem, by its model and the status.
_MEMBERS: dict[tuple[str, int], Json] = {
    ("Results", 202): {"events": [_ACCEPTED], "errors": []},
    ("Results", 207): {
        "events": [_ACCEPTED, _REJECTED | {"index": 1}],
        "errors": [_INVALID | {"index": 1}],
    },
    ("Refusal", 413): {"events": [_REJECTED], "errors": [_TOO_LARGE]},
    ("Refusal", 422): {"events": [_REJECTED], "errors": [_INVALID]},
    ("Refusal", 503): {"events": [_ACCEPTED | {"status": "not_taken"}], "errors": []},
    ("PayloadResults", 202): {"events": [_MAPPED, _IGNORED], "errors": []},
    ("PayloadResults", 207): {"events": [_MAPPED, _REFUSED], "errors": [_UNMAPPABLE]},
    ("PayloadRefusal", 413): {},
    ("PayloadRefusal", 422): {"events": [_REFUSED], "errors": [_UNMAPPABLE]},
    ("PayloadRefusal", 503): {"events": [_MAPPED | {"status": "not_taken"}], "errors": []},
    ("UploadRefusal", 422): {"errors": [{"reason": "invalid_upload", **_NAME}]},
    ("SearchRefusal", 400): {"position": 6},
    ("OlderCorrection", 409): {"stored_time": _TIME},
    ("PresignedUpload", 201): {
        "method": "PUT",
        "url": f"https://bucket.example.com/{_UPLOAD_KEY}?X-Amz-Signature=…",
        "headers": {"Content-Length": "1024", "If-None-Match": "*"},
        "key": _UPLOAD_KEY,
        "expires_at": "2026-01-31T12:15:00.000000Z",
        "max_bytes": 512_000_000,
    },
}


def of_response(status: int, description: str, model_name: str) -> Json:
    """Return the example of a response's body."""
    members = _MEMBERS.get((model_name, status), {})
    if status < 400:
        return members
    detail = description[0].lower() + description[1:].rstrip(".")
    return {"title": title_of(status), "status": status, "detail": detail, **members}


def complete(model: type[Entity]) -> Json:
    """Return an entity with every field, or with the required ones if a rule refuses the others."""
    fields = model.model_json_schema()["properties"].keys()
    with suppress(ValidationError):
        return _written(model, fields)
    return _written(model, ())


def submitted(model: type[Entity]) -> Json:
    """Return what a source may post: one event, and an array of an upsert and a delete."""
    name, key, body = model.entity_name, model.id_field(), complete(model)
    upsert = {"entity_name": name, "body": body}
    delete = {"entity_name": name, "operation": "delete", "body": {key: body[key]}}
    events = [upsert | {"id": "event-1", "time": _TIME}, delete | {"id": "event-2"}]
    return {
        "one": {"summary": "One event", "value": upsert},
        "several": {"summary": "Several events, each with an id of its own", "value": events},
    }


def _written(model: type[Entity], fields: Collection[str]) -> Json:
    found: Json = model.model_validate(example_of(model, fields)).model_dump(
        mode="json", exclude_none=True
    )
    return found


def stored(model: type[Entity]) -> Json:
    """Return a stored entity."""
    event = {"id": "event-1", "source": "sourceA", "time": _TIME}
    times = {
        "received_at": "2026-01-31T12:00:01.000000Z",
        "stored_at": "2026-01-31T12:00:02.000000Z",
    }
    return {
        "entity_name": model.entity_name,
        "id": example(model)[model.id_field()],
        "entity": complete(model),
        "event": event | times,
    }


def page(*items: Json) -> Json:
    """Return a page without a next one."""
    return {"items": list(items), "next_cursor": None}


def related(model: type[Entity]) -> Json:
    """Return a page with one entity for each reference from or to the model."""
    name, items = model.entity_name, []
    for reference in references():
        ends: dict[str, Any] = {REFERS_TO: reference.target, REFERRED_BY: reference.entity_name}
        for direction, end in ((REFERS_TO, reference.entity_name), (REFERRED_BY, reference.target)):
            if end == name:
                found = {"field": reference.field, "direction": direction}
                items.append(found | stored(models()[ends[direction]]))
    return page(*sorted(items, key=lambda item: item["direction"] == REFERRED_BY))
