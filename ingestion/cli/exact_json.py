"""Write JSON with exact numbers: a `Decimal` becomes a JSON number with all its digits."""

from typing import Any

import simplejson


def write(document: Any) -> str:
    """Return the document as JSON without blanks."""
    return simplejson.dumps(document, ensure_ascii=False, separators=(",", ":"))
