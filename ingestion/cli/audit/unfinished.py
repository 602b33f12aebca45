"""Failures of an action after its line in the audit log was written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ingestion.aws.retry import FAILED_CALL
from ingestion.cli.output import CommandFailed, ExitCode
from ingestion.cli.start.failures import describe_failure

PERHAPS_MORE = "More than is said here may have been done: see `ingest audit`, or the page Audit."


class UnfinishedAction(CommandFailed):
    """An action that failed after its line in the audit log: some of it may have been done."""

    def __init__(
        self, reason: str, known: str = "", exit_code: ExitCode = ExitCode.UNREACHABLE
    ) -> None:
        sentences = (reason.rstrip("."), known.rstrip("."), PERHAPS_MORE)
        super().__init__(". ".join(filter(None, sentences)), exit_code)


@contextmanager
def after_audit_line(known: Callable[[], str] = str) -> Iterator[None]:
    """Raise UnfinishedAction if a call fails. `known` returns what was done until then."""
    try:
        yield
    except FAILED_CALL as error:
        raise UnfinishedAction(describe_failure(error), known()) from error
