"""Makes names of fields from the keys of a payload."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from entities.base import is_reserved

MAX_CHARACTERS = 60
_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])")
_NO_NAME = re.compile(r"[^a-z0-9]+")

_PERSONAL = {
    *("email", "mail", "phone", "mobile", "tel", "fax", "surname", "birthday", "birthdate", "dob"),
    *("firstname", "lastname", "ssn", "iban", "ip", "street", "recipient"),
}
_PERSONAL_NAMES = {"first_name", "last_name", "family_name", "given_name", "full_name"}
_PERSONAL_NAMES |= {"display_name"}
_SECRET = {"password", "passwd", "passphrase", "secret", "token", "credential", "credentials"}
_SECRET_NAMES = {"api_key", "access_key", "private_key", "client_key"}


def snake_case(text: str) -> str:
    """Return a text as words in lower case, joined by `_`: `dueDate` becomes `due_date`.

    Returns an empty text if ASCII has none of its letters and digits.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NO_NAME.sub("_", _WORD_START.sub("_", plain).lower()).strip("_")


def words_of(text: str) -> list[str]:
    """Return the words of a name in lower case."""
    return snake_case(text).split("_")


def field_name(keys: Sequence[str], used: Collection[str]) -> str:
    """Return a name that an entity may have, and that is not in use.

    A long name keeps its last words.
    """
    words = [snake_case(key) for key in keys]
    while len("_".join(words)) > MAX_CHARACTERS and len(words) > 1:
        words = words[1:]
    name = "_".join(filter(None, words))[:MAX_CHARACTERS].strip("_")
    if not name[:1].isalpha() or is_reserved(name):
        name = f"field_{name}".rstrip("_")
    names = (name if number == 1 else f"{name}_{number}" for number in range(1, len(used) + 2))
    return next(each for each in names if each not in used)


def is_personal(name: str) -> bool:
    """Return whether a key names personal data."""
    words = words_of(name)
    return not _PERSONAL.isdisjoint(words) or "_".join(words[-2:]) in _PERSONAL_NAMES


def is_secret(name: str) -> bool:
    """Return whether a key names a password, a token or a key that lets someone in."""
    words = words_of(name)
    return not _SECRET.isdisjoint(words) or "_".join(words[-2:]) in _SECRET_NAMES
