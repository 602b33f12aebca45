"""Declarations of the entity PUMP, and the Python that an author writes for the same entity."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from entities.base import Entity

Json = dict[str, Any]

TYPES = {
    "id": "EntityId",
    "text": "str",
    "number": "Number",
    "date": "CalendarDate",
    "time": "UtcTime",
    "bool": "bool",
    "reference": "EntityId",
}
ITEMS = ["text", "number", "date", "time", "bool", "enum"]
HEADER = """
from typing import Annotated, ClassVar, Literal
from pydantic import Field
from entities.base import *


class Pump(Entity):
    {description!r}

    entity_name: ClassVar[str] = "PUMP"
"""
words = st.text("abcdefg '\":#{[é", min_size=1, max_size=8).map(str.strip).filter(bool)
names = st.sampled_from(["size", "flow", "from_day", "Size_2", "made_at", "owner"])
enums = st.lists(words, min_size=1, max_size=3, unique=True)


def marked(kind: SearchStrategy[Json], **more: SearchStrategy[Any]) -> SearchStrategy[Json]:
    """Return declarations of fields with any of the keys that every type takes."""
    keys = {"required": st.booleans(), "description": words} | more
    return st.builds(
        lambda *parts: {**parts[0], **parts[1]}, kind, st.fixed_dictionaries({}, optional=keys)
    )


kinds = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["text", "number", "date", "time", "bool"])}),
    st.fixed_dictionaries({"type": st.just("enum"), "values": enums}),
    st.fixed_dictionaries({"type": st.just("list"), "of": st.sampled_from(ITEMS[:-1])}),
    st.fixed_dictionaries({"type": st.just("list"), "of": st.just("enum"), "values": enums}),
)
earlier: SearchStrategy[list[str]] = st.lists(
    st.sampled_from(["old_1", "old_2"]), min_size=1, max_size=2, unique=True
)
references = st.fixed_dictionaries({"type": st.just("reference"), "to": st.just("CONTRACT")})
others = st.dictionaries(
    names, marked(kinds, personal=st.booleans()) | marked(references), max_size=5
)


@st.composite
def declarations(draw: st.DrawFn) -> Json:
    """Return a declaration of PUMP, with the id among the other fields."""
    fields = draw(others)
    own = {"type": "id"} | draw(st.fixed_dictionaries({}, optional={"description": words}))
    named = list(fields.items())
    named.insert(draw(st.integers(0, len(named))), ("pump_id", own))
    plain = [name for name, field in named if field["type"] not in ("id", "reference")]
    for name in plain[: draw(st.integers(0, 1))]:
        fields[name]["renamed_from"] = draw(earlier)
    return {"description": draw(words), "fields": dict(named)}


def as_yaml(declaration: Json) -> str:
    """Return the text of the YAML file."""
    lines = [f"description: {json.dumps(declaration['description'])}", "fields:"]
    lines += [f"  {name}: {json.dumps(field)}" for name, field in declaration["fields"].items()]
    return "\n".join(lines)


def as_python(declaration: Json) -> type[Entity]:
    """Return the model of the Python file that an author would write."""
    text = HEADER.format(description=declaration["description"])
    for name, field in declaration["fields"].items():
        text += f"    {name}: {_annotation(field)}\n"
    module = {"__name__": "entities.pump"}
    exec(text, module)
    model = module["Pump"]
    assert isinstance(model, type)
    assert issubclass(model, Entity)
    return model


def _annotation(field: Json) -> str:
    is_required = field.get("required") or field["type"] == "id"
    kind = _kind(field["type"], field) + ("" if is_required else " | None")
    marks = [f"references({field['to']!r})"] if "to" in field else []
    marks += ["personal()"] if field.get("personal") else []
    marks += [f"renamed_from(*{field['renamed_from']})"] if "renamed_from" in field else []
    marks += [f"Field(description={field['description']!r})"] if "description" in field else []
    annotated = f"Annotated[{', '.join([kind, *marks])}]" if marks else kind
    return annotated if is_required else f"{annotated} = None"


def _kind(name: str, field: Json) -> str:
    match name:
        case "enum":
            return f"Literal[{', '.join(map(repr, field['values']))}]"
        case "list":
            return f"list[{_kind(field['of'], field)}]"
    return TYPES[name]
