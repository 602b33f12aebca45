"""The invocations of the indexer by itself."""

import json
from typing import Any

from tests.support.factories import Json
from tests.support.invocations import context


class Invocations:
    """Takes the asynchronous invocations of the indexer."""

    def __init__(self) -> None:
        self.payloads: list[Json] = []

    def invoke(self, **call: Any) -> None:
        """Keep the payload of an invocation."""
        self.payloads.append(json.loads(call.pop("Payload")))
        assert call == {"FunctionName": context().function_name, "InvocationType": "Event"}
