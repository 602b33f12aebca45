"""Hides what is personal from those who did not ask to see it.

Shown is what a model says is not personal. What no model knows, such as a misspelt field or the
event of an unknown entity, may be anything, and is hidden too. That a value is null is shown.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any

import entities
from ingestion.files.report import Report
from ingestion.store.table import ENTITY_NAME, ID

HIDDEN = "[hidden]"

Json = dict[str, Any]

_CONTENTS = ("data", "body")
# What an event says of itself, by whichever name it is posted.
_ATTRIBUTES = {
    *("specversion", "id", "source", "type", "subject", "time", "receivedat", "datacontenttype"),
    *("entity_name", "operation"),
}
# What Lambda writes into the record of a failed invocation, beside the function's answer.
_LAMBDA_FIELDS = {
    *("version", "timestamp", "requestContext", "requestPayload", "responseContext"),
    "DDBStreamBatchInfo",
}
# Where a detail, "<field>: <message>; …", names a field of an event.
_FIELDS = re.compile(rf"(?:^|; )((?:{'|'.join([*_CONTENTS, *_ATTRIBUTES])})(?:\.\w+)*): ")


def only(shown: Collection[str], fields: Any) -> Any:
    """The fields, hiding all but these; hidden as a whole where there are none."""
    if not isinstance(fields, dict):
        return _hidden(fields)
    return {name: it if name in shown else _hidden(it) for name, it in fields.items()}


def _hidden(value: Any) -> Any:
    return None if value is None else HIDDEN


def entity(entity_name: str, fields: Any) -> Any:
    """The fields of an entity."""
    return only(_shown_fields(entity_name), fields)


def found(it: Json) -> Json:
    """An entity as readers get it."""
    return it | {"entity": entity(it["entity_name"], it["entity"])}


def event(document: Any) -> Any:
    """An event as it is queued or posted."""
    name = _entity_name(document)
    if name not in entities.models():
        return HIDDEN
    attributes = [it for it in _ATTRIBUTES if isinstance(document.get(it), str)]
    contents = {it: entity(name, document[it]) for it in _CONTENTS if it in document}
    return only(attributes, document) | contents


def change(document: Any) -> Any:
    """A change of the feed: an event whose data tells the entity before and after."""
    shown = event(document)
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(shown, dict) or not isinstance(data, dict):
        return shown
    name = _entity_name(document)
    sides = {it: entity(name, data[it]) for it in ("before", "after") if it in data}
    return shown | {"data": only(("changed", "cause", "left_out"), data) | sides}


def lambda_record(document: Any) -> Any:
    """What Lambda writes of a failed invocation. The error's message may quote a row."""
    shown = only(_LAMBDA_FIELDS, document)
    if isinstance(shown, dict) and "responsePayload" in shown:
        error = only(("errorType", "stackTrace"), document["responsePayload"])
        shown["responsePayload"] = error
    return shown


def record(it: Json) -> Json:
    """A record of the table's stream."""
    images = [name for name in ("NewImage", "OldImage") if name in it["dynamodb"]]
    shown = {name: _item(it["dynamodb"][name]) for name in images}
    return it | {"dynamodb": it["dynamodb"] | shown}


def _item(image: Json) -> Json:
    """An item of the table; what is the table's own stands under _ and in capitals."""
    fields = _shown_fields(image.get(ENTITY_NAME, {}).get("S", ""))
    return {
        name: it if name[0] == "_" or name in {ID, ENTITY_NAME, *fields} else {"S": HIDDEN}
        for name, it in image.items()
    }


def fault(message: str, about: Any) -> str:
    """What would be right in an event. A rule of an entity with personal fields may quote one."""
    return HIDDEN if _has_personal_fields(_entity_name(about)) else message


def stored_detail(text: str, about: Any) -> str:
    """The faults of a dead letter on one line; messages only where no rule may quote a person.

    The letter may be older than the models of today: of an unknown entity the fields are shown.
    """
    name = _entity_name(about)
    if not text or (name in entities.models() and not _has_personal_fields(name)):
        return text
    fields = _FIELDS.findall(text) if name else []
    return "; ".join(f"{field}: {HIDDEN}" for field in fields) or HIDDEN


def report(it: Report, entity_names: Iterable[str]) -> Report:
    """The report of a file that may hold these entities, without messages that may quote one."""
    if not any(map(_has_personal_fields, entity_names)):
        return it
    examples = [example.model_copy(update={"message": HIDDEN}) for example in it.examples]
    return it.model_copy(update={"examples": examples})


def is_masked(document: Any) -> bool:
    """Whether an event holds what was hidden in a command's output."""
    contents = [document.get(it) for it in _CONTENTS] if isinstance(document, dict) else []
    return any(HIDDEN in it.values() for it in contents if isinstance(it, dict))


def _has_personal_fields(entity_name: str) -> bool:
    model = entities.models().get(entity_name)
    return model is not None and bool(model.personal_fields())


def _shown_fields(entity_name: str) -> frozenset[str]:
    model = entities.models().get(entity_name)
    return frozenset(model.model_fields) - model.personal_fields() if model else frozenset()


def _entity_name(document: Any) -> str:
    """The entity that a document names; empty where it names none."""
    if not isinstance(document, dict):
        return ""
    name, event_type = document.get("entity_name"), document.get("type")
    if isinstance(name, str):
        return name
    return event_type.rpartition(".")[0].upper() if isinstance(event_type, str) else ""
