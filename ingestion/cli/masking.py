"""Hides what is personal from those who did not ask to see it.

Shown is what a model says is not personal. What no model knows, such as a misspelt field or the
event of an unknown entity, may be anything, and is hidden too. That a value is null is shown.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from pydantic_core import to_json

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
_PLACES = {*_CONTENTS, *_ATTRIBUTES}


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


def fault(field: str, message: str, about: Any) -> str:
    """What would be right in a field of an event, unless that may quote what is hidden."""
    shown = event(about)
    quoted = any(it in message for it in _hidden_texts(about, shown))
    return HIDDEN if quoted or not _may_tell(field, _entity_name(about)) else message


def detail(text: str, about: Any) -> str:
    """The same of all faults on one line, as `RejectedRecord.detail` has them."""
    return "; ".join(_part(part, about) for part in text.split("; ")) if text else ""


def _part(part: str, about: Any) -> str:
    field, colon, message = part.partition(": ")
    if not colon or field.partition(".")[0] not in _PLACES:
        return fault("", part, about)
    return f"{field}: {fault(field, message, about)}"


def report(it: Report, entity_names: Iterable[str]) -> Report:
    """The report of a file that may hold these entities: its rows are not at hand to compare."""
    if not any(entities.models()[name].personal_fields() for name in entity_names):
        return it
    examples = [example.model_copy(update={"message": HIDDEN}) for example in it.examples]
    return it.model_copy(update={"examples": examples})


def is_masked(document: Any) -> bool:
    """Whether an event holds what was hidden in a command's output."""
    contents = [document.get(it) for it in _CONTENTS] if isinstance(document, dict) else []
    return any(HIDDEN in it.values() for it in contents if isinstance(it, dict))


def _may_tell(field: str, entity_name: str) -> bool:
    """Whether a fault is of a field that is not personal: a rule of many may be about any."""
    model = entities.models().get(entity_name)
    within, _, name = field.partition(".")
    if model is None or not model.personal_fields() or within in _ATTRIBUTES:
        return True
    name = name.partition(".")[0]
    return within in _CONTENTS and name != "" and name not in model.personal_fields()


def _hidden_texts(whole: Any, shown: Any) -> Iterator[str]:
    """Each value that is hidden, as it is and as programs quote it."""
    if shown == HIDDEN:
        for leaf in _leaves(whole):
            yield from (leaf, repr(leaf)[1:-1], to_json(leaf).decode()[1:-1])
    elif isinstance(shown, dict):
        for name, it in shown.items():
            yield from _hidden_texts(whole[name], it)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for it in value.values() if isinstance(value, dict) else value:
            yield from _leaves(it)
    elif value not in (None, "") and not isinstance(value, bool):
        yield str(value)


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
