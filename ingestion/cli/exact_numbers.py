"""Writes JSON with exact numbers, as `syntax.exact_json` reads it. Functions never need it."""

from typing import Any

import simplejson


def write_exact_json(document: Any) -> str:
    """Return JSON without blanks. A `Decimal` becomes a number with all its digits."""
    return simplejson.dumps(document, ensure_ascii=False, separators=(",", ":"))
