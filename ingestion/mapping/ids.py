"""Ids of entities and of events: texts made of the parts that a rule names."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from ingestion.mapping.canonical import canonical_json
from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.outcome import Origin
from ingestion.mapping.refused import RefusedValue, exact_text, kind
from ingestion.mapping.scope import CompiledValue, Evaluate

_SUFFIX_CHARACTERS = 16  # 64 bits tell the entities of one payload apart.


def compile_id(parts: str | Sequence[str]) -> CompiledValue:
    """Return what makes an id. Two or more parts are escaped, and joined by `/`.

    Raises BadExpression.
    """
    texts = [parts] if isinstance(parts, str) else parts
    readers = [compile_expression(text).evaluate for text in texts]
    return CompiledValue(_id_reader(readers), lambda _: ", ".join(texts))


def _id_reader(readers: Sequence[Evaluate]) -> Evaluate:
    if len(readers) == 1:
        read = readers[0]
        return lambda scope: _id_text(read(scope))
    numbered = list(enumerate(readers, 1))
    return lambda scope: "/".join([_escaped(read(scope), part) for part, read in numbered])


def _id_text(value: Any, of: str = "") -> str:
    if value is None or value == "" or isinstance(value, bool | list | dict):
        raise RefusedValue(f"{of}is {kind(value)}: must be a text or a number")
    return exact_text(value)


def _escaped(value: Any, part: int) -> str:
    """Escape what separates parts, so that different parts never make the same id."""
    return _id_text(value, f"part {part} ").replace("%", "%25").replace("/", "%2F")


class PayloadIds:
    """Makes the ids of a payload's events. The same payload makes the same ids again.

    `has_one_event` must not depend on which items fail: a payload keeps its ids if one of its items
    fails.
    """

    def __init__(self, source: str, payload: Any, origin: Origin, *, has_one_event: bool) -> None:
        self._source = source
        self._payload = payload
        self._received_at = origin.received_at
        self._has_one_event = has_one_event
        self._payload_hash = ""  # Made at the first use.

    def default_id(self, entity_name: str, entity_id: str, *, is_timed: bool) -> str:
        """Return the id of an event whose rule names none.

        Without a time of its own, the event is another one at each receipt of the payload. Raises
        RecursionError if the payload is too deep.
        """
        if not self._payload_hash:
            self._payload_hash = sha256(canonical_json(self._payload)).hexdigest()
        receipt = "" if is_timed else self._received_at
        return _hash(self._source, self._payload_hash, receipt, entity_name, entity_id)

    def id_within(self, delivery: str, entity_name: str, entity_id: str) -> str:
        """Return the id of an event of a delivery whose id the rule names."""
        if self._has_one_event:
            return delivery
        return f"{delivery}/{_hash(entity_name, entity_id)[:_SUFFIX_CHARACTERS]}"


def _hash(*parts: str) -> str:
    """Return the hash of texts, of which only the last may hold a line break."""
    return sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()
