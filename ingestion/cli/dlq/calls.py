"""Calls for dropped files that failed for good: what they were about, and how they are made again.

Format: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError
from pydantic_core import to_json

from ingestion.aws.retry import NO_ANSWER
from ingestion.cli import masking
from ingestion.cli.dlq.redrive import Letter, NoSuchPlace
from ingestion.cli.dlq.ways import Sent
from ingestion.cli.environment import Deployment
from ingestion.errors import FieldError, RejectedRecord

CALL_FAILED = "call_failed"
Call = tuple[str, Any]  # The function's name, and what it is given.
_LAMBDAS_OWN = {
    *("version", "timestamp", "requestContext", "requestPayload", "responseContext"),
}
# What a broken message may be made of.
_NO_MESSAGE = (KeyError, TypeError, IndexError)


class FailedCall(Letter):
    """What Lambda puts aside when it has tried a call three times."""

    @property
    def reason(self) -> str:
        """Always the same: `detail` says how it failed."""
        return CALL_FAILED

    @property
    def detail(self) -> str:
        """Which function failed and with what error; nothing where the message does not say."""
        with suppress(*_NO_MESSAGE):
            error = self.document["responsePayload"]
            return f"{_function_of(self)}: {error['errorType']}: {error['errorMessage']}"
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
    def id(self) -> str:
        """The key of the file or part."""
        with suppress(*_NO_MESSAGE):
            record = self.document["requestPayload"]["Records"][0]
            return unquote_plus(record["s3"]["object"]["key"])
        return self.message_id

    def edited(self, *_: object) -> str:
        """Raise NoSuchPlace: a call is what it was."""
        raise NoSuchPlace("a failed call cannot be edited: upload the file anew, then drop this")


def _function_of(letter: Letter) -> str:
    """The function that failed, by its plain name."""
    return str(letter.document["requestContext"]["functionArn"]).split(":")[6]


@dataclass(frozen=True)
class ToFunction:
    """Calls are made again, and end here again should they fail again."""

    deployment: Deployment
    letter_type = FailedCall

    @cached_property
    def _functions(self) -> Any:
        return self.deployment.client("lambda")

    def check(self, letter: Letter) -> Call:
        """The call. Raises RejectedRecord where the letter holds none of ours."""
        names = [self.deployment.function_names[name] for name in ("extractor", "inserter")]
        with suppress(*_NO_MESSAGE):
            name, payload = _function_of(letter), letter.document["requestPayload"]
            if name in names:
                return name, payload
        fault = FieldError("requestContext.functionArn", f"must be that of {' or '.join(names)}")
        raise RejectedRecord("invalid_message", fault)

    def send(self, sound: Sequence[tuple[Letter, Call]]) -> Sent:
        """Have Lambda make the calls, until one is not taken."""
        sent = Sent([], [])
        for letter, (name, payload) in sound:
            try:
                self._functions.invoke(
                    FunctionName=name, InvocationType="Event", Payload=to_json(payload)
                )
            except (ClientError, *NO_ANSWER):
                break
            sent.taken.append(letter)
        return sent
