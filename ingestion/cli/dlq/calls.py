"""Calls for dropped files that failed for good: what they were about, and how they are made again.

Format: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from contextlib import suppress
from typing import Any
from urllib.parse import unquote_plus

from pydantic_core import to_json

from ingestion.cli import masking
from ingestion.cli.dlq.destinations import Destinations
from ingestion.cli.dlq.letter import Letter, Sent, Sound, send_in_order
from ingestion.errors import FieldError, RejectedRecord

CALL_FAILED = "call_failed"
Call = tuple[str, Any]  # The function's name, and what it is given.
_LAMBDAS_OWN = {"version", "timestamp", "requestContext", "requestPayload", "responseContext"}
# What a broken message may be made of.
_NO_MESSAGE = (KeyError, TypeError, IndexError)


class FailedCall(Letter):
    """What Lambda puts aside when it has tried a call three times."""

    fixed = "a failed call cannot be edited: upload the file anew, then drop this"

    @property
    def reason(self) -> str:
        """Always the same: `detail` says how it failed."""
        return CALL_FAILED

    @property
    def detail(self) -> str:
        """Which function failed and with what error; nothing where the message does not say."""
        with suppress(*_NO_MESSAGE):
            error = self.document["responsePayload"]
            return f"{self.function}: {error['errorType']}: {error['errorMessage']}"
        return ""

    @property
    def masked(self) -> Any:
        """Lambda's own words and the name of the file; an error's message may quote a row."""
        shown: Any = masking.only(_LAMBDAS_OWN, self.document) or masking.HIDDEN
        with suppress(*_NO_MESSAGE):
            shown["responsePayload"] = masking.only(
                ("errorType", "stackTrace"), self.document["responsePayload"]
            )
        return shown

    @property
    def masked_detail(self) -> str:
        """Which function failed, and with which error."""
        function, _, error = self.detail.partition(": ")
        return f"{function}: {error.partition(': ')[0]}: {masking.HIDDEN}" if error else ""

    @property
    def function(self) -> str:
        """The plain name of the function that failed. Raises one of `_NO_MESSAGE`."""
        return str(self.document["requestContext"]["functionArn"]).split(":")[6]

    @property
    def id(self) -> str:
        """The key of the file or part."""
        with suppress(*_NO_MESSAGE):
            record = self.document["requestPayload"]["Records"][0]
            return unquote_plus(record["s3"]["object"]["key"])
        return self.message_id

    def check(self, to: Destinations) -> Call:
        """The call. Raises RejectedRecord where the letter holds none of ours."""
        names = [to.deployment.function_names[name] for name in ("extractor", "inserter")]
        with suppress(*_NO_MESSAGE):
            if self.function in names:
                return self.function, self.document["requestPayload"]
        fault = FieldError("requestContext.functionArn", f"must be that of {' or '.join(names)}")
        raise RejectedRecord("invalid_message", fault)

    @classmethod
    def send(cls, sound: Sound, to: Destinations) -> Sent:
        """Have Lambda make the calls, until one is not taken."""
        functions = to.deployment.client("lambda")

        def invoke(_: Letter, call: Call) -> bool:
            name, payload = call
            functions.invoke(FunctionName=name, InvocationType="Event", Payload=to_json(payload))
            return True

        return send_in_order(sound, invoke)
