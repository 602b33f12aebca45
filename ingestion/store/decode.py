"""The table's items as JSON; boto3 reads them, which a start of the worker need not import."""

from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from boto3.dynamodb.types import Binary, TypeDeserializer

_deserialize = TypeDeserializer().deserialize


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item without DynamoDB's types; whole numbers as numbers, others as strings.

    What none of our models has, but an item written by hand may, is shown all the same.
    """
    return {name: _number(_deserialize(value)) for name, value in sorted(item.items())}


def _number(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _number(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_number(member) for member in value]
    if isinstance(value, Binary):
        return b64encode(cast("Any", value).value).decode()
    if isinstance(value, set):
        return [_number(member) for member in sorted(value, key=str)]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value
