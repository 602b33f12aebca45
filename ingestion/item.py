"""The values of the table's items: DynamoDB's types, and ours."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from boto3.dynamodb.types import Binary, TypeDeserializer

from ingestion.event import timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_deserialize = TypeDeserializer().deserialize


def attribute(value: Any) -> "AttributeValueTypeDef":
    """A DynamoDB attribute value; boto3's serializer knows neither dates nor times.

    Raises TypeError for float, which would lose digits.
    """
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case datetime():
            return {"S": timestamp(value)}
        case date():
            return {"S": value.isoformat()}
        case list() | tuple():
            return {"L": [attribute(member) for member in value]}
        case dict():
            return {"M": {name: attribute(member) for name, member in value.items()}}
    raise TypeError(f"no attribute type for {type(value).__name__}")


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
