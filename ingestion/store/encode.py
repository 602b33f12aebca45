"""Encode values in DynamoDB's types. Importing boto3's serializer costs a fifth of a start."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def to_attribute_value(value: Any) -> "AttributeValueTypeDef":
    """Return the value as an attribute of an item.

    Raises TypeError for types that no entity has, such as float, which would lose digits.
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
        case date():
            return {"S": value.isoformat()}
        case list():
            return {"L": [to_attribute_value(member) for member in value]}
        case dict():
            return {"M": {name: to_attribute_value(member) for name, member in value.items()}}
    raise TypeError(f"no attribute type for {type(value).__name__}")
