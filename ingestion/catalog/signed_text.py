"""What a signature covers: a text with placeholders, which only one request can fill."""

import re

ID, TIMESTAMP, BODY = "{id}", "{timestamp}", "{body}"
_PLACEHOLDER = re.compile(r"\{[^}]*\}?")


def check_signed_text(signed: str) -> None:
    """Raise ValueError unless the signed text shows where each of its parts ends.

    Otherwise somebody who recorded a request could move a part of its body into a header, and send
    the same signed text as another request. The timestamp needs no separator: with one digit more
    or less it would be years away. `auth.signatures` refuses ids that hold their separator.
    """
    found = _PLACEHOLDER.findall(signed)
    if unknown := set(found) - {ID, TIMESTAMP, BODY}:
        raise ValueError(f"signed: unknown {min(unknown)}: use {ID}, {TIMESTAMP} and {BODY}")
    if found.count(BODY) != 1 or len(set(found)) != len(found):
        raise ValueError(f"signed must hold {BODY} once, and {ID} and {TIMESTAMP} at most once")
    if found[-1] != BODY:
        raise ValueError(
            f"signed must hold {found[-1]} before {BODY}: otherwise a part of the body could be"
            " moved into a header, under the same signature"
        )
    if ID in found and not separator_of_id(signed):
        raise ValueError(
            f"signed must hold a separator after {ID}, such as {ID}.{BODY}: otherwise a part of the"
            " body could be moved into a header, under the same signature"
        )


def separator_of_id(signed: str) -> str:
    """Return the character after the id. An id must not hold it. Empty before a placeholder."""
    following = signed.partition(ID)[2][:1]
    return "" if following == "{" else following
