"""Redrives of requests in quarantine, and rules that are changed before them."""

import json

from tests.integration.conftest import Ingest
from tests.integration.quarantine.conftest import RULE, item
from tests.support.factories import Json

RENAMED = {"orders": [item("c-1"), item("c-2")]}
FIXED = RULE | {"each": "payload.orders"}


def redriven(ingest: Ingest, *options: str, exit_code: int = 0) -> Json:
    """Run `dlq redrive`, and return its JSON."""
    result = ingest("redrive", "-o", "json", *options)
    assert result.exit_code == exit_code, result.output
    found: Json = json.loads(result.stdout)
    return found
