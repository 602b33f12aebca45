"""The values of the table's items, in DynamoDB's types."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ingestion.event import timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


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
