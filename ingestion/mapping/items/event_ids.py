"""Ids of events: the same payload makes the same ids again."""

from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ingestion.event import EventId
from ingestion.mapping.items.canonical import canonical_json
from ingestion.mapping.items.outside import PathsByEntity, values_outside
from ingestion.mapping.outcome import Origin
from ingestion.mapping.values.value import RefusedValue

_MAX_CHARACTERS = 256  # Of an EventId.
_SUFFIX_CHARACTERS = 16  # 64 bits differ for the entities of one payload.
_EVENT_ID: TypeAdapter[str] = TypeAdapter(EventId)


class PayloadIds:
    """Makes the ids of a payload's events. The same payload makes the same ids again.

    `outside` names the values beside the payload that belong to the event of an entity.
    `has_one_event` must not depend on which items fail: a payload keeps its ids if one of its items
    fails.
    """

    def __init__(
        self,
        source: str,
        payload: Any,
        origin: Origin,
        outside: PathsByEntity,
        *,
        has_one_event: bool,
    ) -> None:
        self._source = source
        self._payload = payload
        self._origin = origin
        self._outside = outside
        self._has_one_event = has_one_event
        self._payload_hash: str | None = None  # Made at the first use. Empty if it cannot be made.
        self._outside_hashes: dict[str, str] = {}  # By entity.

    def payload_id(self, entity_name: str, entity_id: str, *, is_timed: bool) -> str:
        """Return the id of an event whose rule names none.

        Without a time of its own, the event is another one at each receipt of the payload. Raises
        RecursionError if the payload is too deep.
        """
        if self._payload_hash is None:
            self._payload_hash = ""  # A second attempt would fail too, after as much work.
            self._payload_hash = sha256(canonical_json(self._payload)).hexdigest()
        if not self._payload_hash:
            raise RecursionError
        receipt = "" if is_timed else self._origin.received_at
        content = self._payload_hash + self._outside_hash(entity_name)
        return _hash(self._source, content, receipt, entity_name, entity_id)

    def _outside_hash(self, entity_name: str) -> str:
        """Return the hash of the values beside the payload, or an empty text without any."""
        if entity_name not in self._outside_hashes:
            values = values_outside(self._outside.get(entity_name, ()), self._origin)
            found = sha256(canonical_json(values)).hexdigest() if values else ""
            self._outside_hashes[entity_name] = found
        return self._outside_hashes[entity_name]

    def row_id(self, rule: int, item: int) -> str | None:
        """Return the id of an event of a file's row, and None if the payload is no row."""
        row_id = self._origin.row_id
        if row_id is None or self._has_one_event:
            return row_id
        return f"{row_id}-{rule}-{item}" if item else f"{row_id}-{rule}"

    def delivery_id(self, delivery: str, entity_name: str, entity_id: str) -> str:
        """Return the id of an event of a delivery whose id the rule names. Raises RefusedValue.

        A delivery's id that has no place for the suffix is replaced by its hash.
        """
        _check_event_id(delivery)
        if self._has_one_event:
            return delivery
        suffix = f"/{_hash(entity_name, entity_id)[:_SUFFIX_CHARACTERS]}"
        has_place = len(delivery) + len(suffix) <= _MAX_CHARACTERS
        return f"{delivery if has_place else _hash(delivery)}{suffix}"


def _check_event_id(text: str) -> None:
    try:
        _EVENT_ID.validate_python(text, strict=True)
    except ValidationError as error:
        raise RefusedValue(
            f"must have at most {_MAX_CHARACTERS} characters, and no control, formatting,"
            " private-use and unassigned characters"
        ) from error


def _hash(*parts: str) -> str:
    """Return the hash of texts. Only the last of them may hold a line break."""
    return sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()
