"""Says in the words of rules why an entity is not valid. Native senders get pydantic's texts."""

import re
from collections.abc import Iterable, Iterator

from entities.fields import NO_DATE, NO_NUMBER
from entities.times import NO_TIME
from ingestion.errors import IN_JSON, FieldError

_BY_MESSAGE = {
    "Field required": "is required, but the rule gives it no value: send one, or add a `default`",
    "Input should be a valid string": "must be a text: add `text: true` to the rule",
    "Input should be a valid boolean": "must be true or false: add `translate` to the rule for"
    " other values, such as {yes: true, no: false}",
    IN_JSON["list_type"]: "must be a list: add `split` to the rule for a text, or write"
    " `to_array(…)` for one value",
    NO_NUMBER: f"{NO_NUMBER}: add `number` to the rule for other texts",
    NO_DATE: f"{NO_DATE}: add `date` with its format to the rule",
    NO_TIME: f"{NO_TIME}: add `time` with its format to the rule",
}
# `hide_values` keeps the permitted values in pydantic's sentence.
_PERMITTED = re.compile(r"Input should be '.*'")
_FOR_ANOTHER_VALUE = ": add the value to the entity, or add `translate` to the rule"


def in_words_of_rules(errors: Iterable[FieldError]) -> Iterator[FieldError]:
    """Yield the errors of an entity that a rule made."""
    for error in errors:
        message = _BY_MESSAGE.get(error.message) or error.message
        advice = _FOR_ANOTHER_VALUE if _PERMITTED.fullmatch(message) else ""
        yield FieldError(error.field, f"{message}{advice}")
