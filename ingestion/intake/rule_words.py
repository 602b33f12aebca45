"""Says in the words of rules why an entity is not valid. Native senders get pydantic's texts."""

from collections.abc import Iterable, Iterator

from ingestion.errors import FieldError

_BY_MESSAGE = {
    "Field required": "is required, but the rule gives it no value: send one, or add a `default`",
    "Input should be a valid string": "must be a text: add `text: true` to the rule",
}


def in_words_of_rules(errors: Iterable[FieldError]) -> Iterator[FieldError]:
    """Yield the errors of an entity that a rule made."""
    for error in errors:
        yield FieldError(error.field, _BY_MESSAGE.get(error.message) or error.message)
