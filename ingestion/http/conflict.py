"""Refuses corrections that the store would ignore because a newer event is stored."""

from http import HTTPStatus

from ingestion.aws.retry import FAILED_CALL
from ingestion.event import Event
from ingestion.http.problem import HttpProblem
from ingestion.store.reader import TableReader, Version


def refuse_older(correction: Event, reader: TableReader) -> None:
    """Raise HttpProblem if a newer event is stored, or if the table is not available.

    An event may be stored after this check. The store then decides which event is newer.
    """
    try:
        stored = reader.last_version(correction.key)
    except FAILED_CALL as error:
        detail = "the table is not available: repeat the request after Retry-After"
        raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error
    if stored and stored > Version(correction.time, correction.id, correction.source):
        detail = (
            f"the stored event is of {stored.time}, later than this correction of"
            f" {correction.time}: repeat the correction after {stored.time}"
        )
        raise HttpProblem(HTTPStatus.CONFLICT, detail, stored_time=stored.time)
