"""Convert values to and from DynamoDB's types, with boto3's serializer and deserializer."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from entities.times import timestamp
from entities.values import to_text

EVENT = "_event"  # The event that set an item, as infra/modules/store names it.


class _Serializer(TypeSerializer):
    """Writes dates and times as text. boto3's serializer knows neither."""

    def serialize(self, value: Any) -> Any:
        if type(value) is str:  # Most values are text, and boto3 tests three other types first.
            return {"S": value}
        if isinstance(value, date):  # A datetime is a date, too.
            return {"S": timestamp(value) if isinstance(value, datetime) else value.isoformat()}
        return super().serialize(value)


class _EventDeserializer(TypeDeserializer):
    """Reads binary values from base64 too, as Lambda's events hold them. boto3 returns bytes.

    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """

    def deserialize(self, value: Any) -> Any:
        if "B" in value:
            value = {"B": _bytes(value["B"])}
        elif "BS" in value:
            value = {"BS": [_bytes(member) for member in value["BS"]]}
        return super().deserialize(value)


def _bytes(value: bytes | str) -> bytes:
    return b64decode(value, validate=True) if isinstance(value, str) else value


# Raises TypeError for types that no entity has, such as float, which would lose digits.
to_attribute_value = _Serializer().serialize
_deserialize = TypeDeserializer().deserialize
_deserialize_event = _EventDeserializer().deserialize


def is_internal(name: str) -> bool:
    """Return whether the name begins with _, as only the platform's attributes do."""
    return name.startswith("_")


def to_values(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an item. Equal numbers are equal, however they are written."""
    try:
        return {name: _deserialize(value) for name, value in item.items()}
    except TypeError:  # A binary value is text. Testing each value would take half as long again.
        return {name: _deserialize_event(value) for name, value in item.items()}


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
        return sorted(map(_json, value))  # All are text by now.
    if isinstance(value, Decimal):
        return to_text(value)
    return value
