"""Describes errors by class and place, without messages that may quote data."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from ingestion.errors import RejectedRecord, TransientFailure

_PACKAGE = Path(__file__).parents[1]
_OURS = (RejectedRecord, TransientFailure)  # Their messages are slugs and codes.


class UnexpectedError(Exception):
    """An unexpected error, reported by class and place, without its message."""


@contextmanager
def hide_error_messages() -> Iterator[None]:
    """Replace an unexpected error by UnexpectedError, because Lambda prints messages.

    A message may quote data. The invocation fails in both cases.
    """
    try:
        yield
    except _OURS:
        raise
    except Exception as error:  # Any error: Lambda prints the message of each one.
        raise UnexpectedError(describe_error(error)) from None


@contextmanager
def name_upload(source: str, upload_id: str) -> Iterator[None]:
    """Log which upload a failed call was about. Lambda's own line names only the error."""
    try:
        yield
    except Exception as error:  # Any error: it is raised again, and Lambda retries the call.
        text = describe_error(error)
        Logger().warning("record_failed", error=text, source=source, upload_id=upload_id)
        raise


def describe_error(error: BaseException) -> str:
    """Describe an error: `TransientFailure ThrottlingException at store/table.py:98 from …`."""
    parts = [type(error).__name__]
    if isinstance(error, ClientError):
        parts.append(error.response.get("Error", {}).get("Code", "Unknown"))
    elif isinstance(error, _OURS):
        parts.append(str(error))
    if place := _place(error.__traceback__):
        parts.append(f"at {place}")
    if error.__cause__:
        parts.append(f"from {describe_error(error.__cause__)}")
    return " ".join(parts)


def _place(traceback: TracebackType | None) -> str:
    """Return the last line of this package in the traceback, and the line that raised.

    A file of this package is such as `store/table.py`, another package's only its name.
    """
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(traceback)]
    ours = [frame for frame in frames if frame[0].is_relative_to(_PACKAGE)]
    return " > ".join(
        f"{path.relative_to(_PACKAGE) if path.is_relative_to(_PACKAGE) else path.name}:{line}"
        for path, line in dict.fromkeys(ours[-1:] + frames[-1:])
    )
