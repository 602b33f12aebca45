"""Cursors: places in a reading that callers hand back, and cannot make up or take elsewhere."""

import hmac
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from pydantic_core import from_json, to_json

from ingestion.errors import IngestionError

Scope = list[str | None]  # What is read: a cursor is good for the very same only.
Position = list[str]


class BadCursor(IngestionError):
    """No cursor of ours, or one of another reading."""


@dataclass(frozen=True)
class Cursors:
    """The cursors that are signed with one key."""

    key: bytes

    def write(self, scope: Scope, position: Position) -> str:
        """The position as text that goes into a URL as it is."""
        place = to_json(position)
        signature = hmac.digest(self.key, to_json([scope, position]), sha256)
        return ".".join(_text(part) for part in (place, signature))

    def read(self, scope: Scope, cursor: str) -> Position:
        """The position in a cursor of this scope. Raises BadCursor."""
        encoded = cursor.partition(".")[0]
        try:
            place = from_json(b64decode(encoded + "=" * (-len(encoded) % 4), "-_", validate=True))
            genuine = hmac.compare_digest(self.write(scope, place), cursor)
        except (ValueError, TypeError) as error:  # No base64, no JSON; not in ASCII.
            raise BadCursor from error
        if not genuine:
            raise BadCursor
        return list(place)


def _text(part: bytes) -> str:
    return urlsafe_b64encode(part).decode().rstrip("=")
