"""Convert values to and from DynamoDB's types, with boto3's serializer and deserializer."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from entities.values import to_text


class _Serializer(TypeSerializer):
    """Writes a date as text. boto3's serializer knows no dates."""

    def serialize(self, value: Any) -> Any:
        if type(value) is str:  # Most values are text, and boto3 tests three other types first.
            return {"S": value}
        return super().serialize(value.isoformat() if isinstance(value, date) else value)


# Raises TypeError for types that no entity has, such as float, which would lose digits.
to_attribute_value = _Serializer().serialize
_deserialize = TypeDeserializer().deserialize


def is_internal(name: str) -> bool:
    """Return whether an attribute is the platform's own: no field of a model begins with _."""
    return name.startswith("_")


def to_values(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an item. Equal numbers are equal, however they are written."""
    return {name: _deserialize(value) for name, value in item.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as JSON. Numbers are strings, because many programs read numbers as floats.

    Sets and binary values, which only an item written by hand has, become lists and base64 text.
    """
    return {name: _json(value) for name, value in sorted(to_values(item).items())}


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _json(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_json(member) for member in value]
    if isinstance(value, Binary):
        return b64encode(cast("Any", value).value).decode()
    if isinstance(value, set):
        return [_json(member) for member in sorted(value, key=str)]
    if isinstance(value, Decimal):
        return to_text(value)
    return value
