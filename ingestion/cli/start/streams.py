"""Lets stdout and stderr print every text, whatever their encoding."""

import json
import sys
from codecs import register_error
from io import TextIOWrapper

_ESCAPE = "escape"  # The name of an error handler of codecs.


def _escape(error: UnicodeError) -> tuple[str, int]:
    r"""Replace characters that an encoding lacks by \\u escapes, as JSON allows."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


register_error(_ESCAPE, _escape)


def escape_missing_characters() -> None:
    """Print escapes instead of characters that the encoding of a stream lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_ESCAPE)
