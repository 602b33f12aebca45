"""Encodings that can decode files."""

from codecs import lookup
from io import BytesIO, TextIOWrapper

# Codecs that produce lone surrogates, which JSON cannot hold, and codecs that are not for text.
_NO_TEXT = ("utf-7", "unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined")


def text_encoding(name: str) -> str:
    """Return the name of an encoding that can decode files. Raises ValueError for others."""
    try:
        TextIOWrapper(BytesIO(), encoding=name)
    except LookupError as error:
        raise ValueError(
            f"unknown encoding {name!r}: use an encoding that Python knows, such as utf-8"
        ) from error
    if lookup(name).name in _NO_TEXT:
        raise ValueError(f"encoding {name!r} cannot decode files: use utf-8, cp1252 or utf-16")
    return name
