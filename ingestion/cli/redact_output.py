"""Hides personal data in the output of commands, unless --show-personal is given.

Shows the fields that a model declares as not personal, and null. Hides all others: what no model
knows, such as a misspelt field or the event of an unknown entity, may be personal.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Literal

import entities
from entities.base import Entity
from ingestion.errors import RejectedRecord
from ingestion.files.report import Report
from ingestion.intake.hidden_values import HIDDEN, hide_values
from ingestion.syntax import exact_json

__all__ = ["HIDDEN"]

Json = dict[str, Any]
Rule = Literal[True] | Mapping[str, Any] | None  # Show it, a rule for each field, or hide it.

_CONTENTS = ("data", "body")
# The attributes of an event, by all names under which it may be posted.
_ATTRIBUTES = {
    *("specversion", "id", "source", "type", "subject", "time", "receivedat", "datacontenttype"),
    *("entity_name", "operation", "revision", "mapping"),
}
_REPLACES = {"replaces": dict.fromkeys(("time", "id", "source", "revision"), True)}
_CHANGE = dict.fromkeys(("changed", "cause", "left_out"), True)
# The fields that Lambda itself writes into the record of a failed invocation.
_LAMBDA_RECORD = {
    **dict.fromkeys(("version", "timestamp", "requestContext", "requestPayload"), True),
    **dict.fromkeys(("responseContext", "DDBStreamBatchInfo"), True),
    "responsePayload": dict.fromkeys(("errorType", "stackTrace"), True),
}
# The fields that a detail, "<field>: <message>; …", names.
_FIELDS = re.compile(rf"(?:^|; )((?:{'|'.join([*_CONTENTS, *_ATTRIBUTES])})(?:\.\w+)*): ")


def redact(rule: Rule, value: Any) -> Any:
    """Apply a rule. Hides a value that is not an object as a whole; null needs no hiding."""
    if rule is True or value is None:
        return value
    if rule is None or not isinstance(value, dict):
        return HIDDEN
    return {name: redact(rule.get(name), field) for name, field in value.items()}


def stored_data(found: Json) -> Json:
    """Redact a stored entity with its event, as readers get it."""
    return found | {"entity": redact(_entity_rules(found["entity_name"]), found["entity"])}


def event(document: Any) -> Any:
    """Redact an event as it is queued or posted."""
    rules = _entity_rules(_entity_name(document))
    return _message(document, dict.fromkeys(_CONTENTS, rules))


def change(document: Any) -> Any:
    """Redact a change, whose data holds the entity before and after."""
    rules = _entity_rules(_entity_name(document))
    return _message(document, {"data": {**_CHANGE, "before": rules, "after": rules}})


def _message(document: Any, contents: Json) -> Any:
    """Redact a message about an entity of a known name. Hides any other message as a whole."""
    if _entity_name(document) not in entities.models():
        return HIDDEN
    attributes = {name: True for name in _ATTRIBUTES if isinstance(document.get(name), str)}
    return redact({**attributes, **_REPLACES, **contents}, document)


def lambda_record(document: Any) -> Any:
    """Redact Lambda's record of a failed invocation. An error's message may quote a row."""
    return redact(_LAMBDA_RECORD, document)


def stream_record(record: Json) -> Json:
    """Redact a record of the table's stream."""
    images = record["dynamodb"]
    shown = {name: _item(images[name]) for name in ("NewImage", "OldImage") if name in images}
    return record | {"dynamodb": images | shown}


def _item(image: Json) -> Json:
    """Redact an item of the table except for the platform's own attributes."""
    from ingestion.store.attributes import is_internal
    from ingestion.store.table import ENTITY_NAME, ID

    shown = {ID, ENTITY_NAME, *_entity_rules(image.get(ENTITY_NAME, {}).get("S", ""))}
    return {k: v if is_internal(k) or k in shown else {"S": HIDDEN} for k, v in image.items()}


def message(text: str, document: Any) -> str:
    """Replace the personal and unknown values of an event in a message about it.

    A message about an entity without personal fields stays as it is.
    """
    name = _entity_name(document)
    if name in entities.models() and not _has_personal_fields(name):
        return text
    rules = _entity_rules(name)
    if isinstance(document, dict):
        contents = (document[key] for key in _CONTENTS if key in document)
        document = [_values_to_hide(rules, content) for content in contents]
    return hide_values(text, document)


def _values_to_hide(rules: Mapping[str, Any], content: Any) -> Any:
    """Return the values of a content that commands hide."""
    if not isinstance(content, dict):
        return content
    return [value for name, value in content.items() if name not in rules]


def rejection(rejection: RejectedRecord, document: Any) -> RejectedRecord:
    """Redact the messages of a rejected event."""
    errors = (replace(e, message=message(e.message, document)) for e in rejection.errors)
    return RejectedRecord(rejection.reason, *errors)


def stored_detail(text: str, document: Any) -> str:
    """Replace the personal and unknown values of an event in the detail of its dead letter.

    For an unknown entity, return the fields only: no model says which values to replace.
    """
    name = _entity_name(document)
    if not text or name in entities.models():
        return message(text, document)
    fields = fields_of_detail(text) if name else []
    return "; ".join(f"{field}: {HIDDEN}" for field in fields) or HIDDEN


def fields_of_detail(text: str) -> list[str]:
    """Return the paths of the fields that a detail is about, such as data.contract_type."""
    return _FIELDS.findall(text)


def report(report: Report, entity_names: Iterable[str]) -> Report:
    """Redact the examples of a file's report if one of its entities has personal fields."""
    if not have_personal_fields(entity_names):
        return report
    examples = [
        each.model_copy(update={"message": each.message_without_values or HIDDEN})
        for each in report.examples
    ]
    return report.model_copy(update={"examples": examples})


def rejected_row(document: Json, entity_names: Iterable[str]) -> Json:
    """Redact a rejected row of a file if one of its entities has personal fields."""
    if not have_personal_fields(entity_names):
        return document
    row, errors = document["row"], document["errors"]
    shown = [error | {"message": hide_values(error["message"], row)} for error in errors]
    return document | {"errors": shown, "row": HIDDEN}


def payload(body: bytes) -> Any:
    """Return the names of a JSON payload with hidden values. Hides any other payload as a whole."""
    try:
        document = exact_json.read(body)
    except ValueError:
        return HIDDEN
    return _without_values(document)


def _without_values(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_values(field) for name, field in value.items()}
    if isinstance(value, list):
        return [*map(_without_values, value)]
    return value if value is None else HIDDEN


def have_personal_fields(entity_names: Iterable[str]) -> bool:
    """Return whether any of the entities has personal fields."""
    return any(map(_has_personal_fields, entity_names))


def is_redacted(document: Any) -> bool:
    """Return whether an event contains a value that a command has hidden."""
    contents = [document.get(key) for key in _CONTENTS] if isinstance(document, dict) else []
    return any(HIDDEN in fields.values() for fields in contents if isinstance(fields, dict))


def _has_personal_fields(entity_name: str) -> bool:
    model = entities.models().get(entity_name)
    return model is not None and bool(_personal_fields(model))


def _entity_rules(entity_name: str) -> dict[str, Literal[True]]:
    """Return the rules of an entity's fields; none if no model has this name."""
    model = entities.models().get(entity_name)
    return dict.fromkeys(model.model_fields.keys() - _personal_fields(model), True) if model else {}


@cache
def _personal_fields(model: type[Entity]) -> frozenset[str]:
    """Return the fields that are personal. A page or a table asks for each of its rows."""
    return frozenset(model.personal_fields())


def _entity_name(document: Any) -> str:
    """Return the entity that a document names; empty if it names none."""
    if not isinstance(document, dict):
        return ""
    name, event_type = document.get("entity_name"), document.get("type")
    if isinstance(name, str):
        return name
    return event_type.rpartition(".")[0].upper() if isinstance(event_type, str) else ""
