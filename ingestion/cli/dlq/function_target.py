"""Invokes a function again for a file that it could not handle.

Format: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote_plus

from pydantic_core import to_json

from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.target import RedriveAttempt, RedriveTarget, send_in_order
from ingestion.errors import FieldError, RejectedRecord


class FunctionTarget(RedriveTarget):
    """The functions that handle uploaded files."""

    edit_error = "a failed call cannot be edited: upload the file again, then drop this"

    def describe(self, letter: DeadLetter) -> DeadLetter:
        """Return the dead letter with the file's key and the function's error."""
        key = letter.value("requestPayload", "Records", 0, "s3", "object", "key")
        function = _function_name(letter)
        error_type = letter.value("responsePayload", "errorType")
        message = letter.value("responsePayload", "errorMessage")
        shown_message = message if self.show_personal else redact_output.HIDDEN
        is_known = function and error_type and message
        return replace(
            letter,
            event_id=unquote_plus(key) if isinstance(key, str) else letter.message_id,
            reason="call_failed",
            detail=f"{function}: {error_type}: {shown_message}" if is_known else "",
            content=self.content(letter, redact_output.lambda_record),
        )

    def prepare(self, letter: DeadLetter) -> RedriveAttempt:
        """Find the function and its input."""
        names = [self.deployment.function_names[name] for name in ("extractor", "inserter")]
        function, payload = _function_name(letter), letter.value("requestPayload")
        if function not in names or payload is None:
            expected = f"must be that of {' or '.join(names)}"
            fault = FieldError("requestContext.functionArn", expected)
            raise RejectedRecord("invalid_message", fault)
        return RedriveAttempt(letter, {"FunctionName": function, "Payload": to_json(payload)})

    def send(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Invoke the functions without waiting for them."""
        client = self.deployment.client("lambda")
        send_in_order(
            attempts, lambda attempt: client.invoke(InvocationType="Event", **attempt.content)
        )


def _function_name(letter: DeadLetter) -> str:
    """The plain name of the function that failed; empty if the record holds no ARN."""
    arn = str(letter.value("requestContext", "functionArn"))
    return "".join(arn.split(":")[6:7])
