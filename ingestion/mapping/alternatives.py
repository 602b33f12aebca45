"""Values of rules that have alternatives, such as an expression or a form."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Discriminator

# What a value is. An error names the place of a value that has alternatives, and then one of these.
TEXT, LIST, FORM = "text", "list", "form"
FLAG, WHOLE, DECIMAL = "flag", "whole number", "decimal number"
KINDS = frozenset({TEXT, LIST, FORM, FLAG, WHOLE, DECIMAL})
NO_ALTERNATIVE = "no_alternative"  # The type of the error of a value that is none of them.
_BY_TYPE: dict[type, str] = {str: TEXT, list: LIST, dict: FORM, bool: FLAG, int: WHOLE} | {
    Decimal: DECIMAL,
    float: DECIMAL,
}


def must_be(alternatives: str) -> Discriminator:
    """Choose the alternative by the value's type, so that only the errors of one are listed."""
    return Discriminator(
        _kind,
        custom_error_type=NO_ALTERNATIVE,
        custom_error_message=f"must be {alternatives}",
    )


def _kind(value: Any) -> str | None:
    return FORM if isinstance(value, BaseModel) else _BY_TYPE.get(type(value))
