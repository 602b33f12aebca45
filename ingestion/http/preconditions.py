"""Evaluates whether a correction applies to what is stored: RFC 9110, section 13.

https://www.rfc-editor.org/rfc/rfc9110#section-13
"""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from ingestion.aws.retry import FAILED_CALL
from ingestion.event import Event
from ingestion.http.cached import entity_tags
from ingestion.http.http_problem import HttpProblem
from ingestion.store.reader import Stored, TableReader

_ETAG = r'(?:W/)?"[!#-~\x80-\xff]*"'
# Possessive: a long run of commas takes linear time.
_ETAGS = re.compile(rf"[\s,]*+{_ETAG}(?:\s*+,[\s,]*+(?:{_ETAG})?)*+\s*+")
_EACH_ETAG = re.compile(_ETAG)
_MISSING = "the entity does not exist: create it with If-None-Match: *"
_OTHER_VERSION = "If-Match names another version: GET the entity, and send its ETag as If-Match"
_MODIFIED = "the entity was stored after If-Unmodified-Since: GET the entity, and compare"
_EXISTS = "the entity exists, or has this ETag: to replace it, send its ETag as If-Match"


def read_stored(reader: TableReader, key: str) -> Stored:
    """Return what is stored under a key. Raises HttpProblem if the table is not available."""
    try:
        return reader.stored(key)
    except FAILED_CALL as error:
        detail = "the table is not available: repeat the request after Retry-After"
        raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error


def apply_preconditions(correction: Event, headers: Mapping[str, str], stored: Stored) -> Event:
    """Return the correction, with the version that it replaces if the headers name one.

    `headers` have names in lower case. Raises HttpProblem: 400 for a malformed condition, 412 for
    a false one, and 409 if a newer event is stored. The worker decides about events that are stored
    after this check. A repeat of the correction that is stored becomes the same event again.
    """
    if stored.cause and stored.cause.repeats(correction):
        return correction.repeating(stored.cause.time, stored.cause.replaces)
    if (if_match := headers.get("if-match")) is not None:
        found = _MISSING if stored.entity is None else _OTHER_VERSION
        _require(_matches(if_match, stored, "If-Match"), found)
    else:
        _require(_is_unmodified(headers.get("if-unmodified-since", ""), stored), _MODIFIED)
    if (if_none_match := headers.get("if-none-match")) is not None:
        is_same = _matches(if_none_match, stored, "If-None-Match", is_weak=True)
        _require(not is_same, _EXISTS)
    is_creation = (if_none_match or "").strip() == "*"  # It may replace a deletion.
    if stored.cause and (if_match is not None or is_creation):
        return correction.replacing(stored.cause.version)
    _refuse_older(correction, stored)
    return correction


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise HttpProblem(HTTPStatus.PRECONDITION_FAILED, otherwise)


def _matches(condition: str, stored: Stored, name: str, *, is_weak: bool = False) -> bool:
    """Return whether the entity exists and has one of the tags. Only a weak match ignores W/."""
    if condition.strip() == "*":
        return stored.entity is not None
    if not _ETAGS.fullmatch(condition):
        detail = f"{name} must be * or ETags in double quotes, as GET returns them"
        raise HttpProblem(HTTPStatus.BAD_REQUEST, detail)
    tags = {tag.removeprefix("W/") if is_weak else tag for tag in _EACH_ETAG.findall(condition)}
    return stored.entity is not None and not tags.isdisjoint(entity_tags(stored.entity))


def _is_unmodified(since: str, stored: Stored) -> bool:
    """Return whether the entity was not stored after this time, which has whole seconds.

    RFC 9110, 13.1.4: a text that is no date, and an entity that does not exist, set no condition.
    """
    try:
        moment = parsedate_to_datetime(since)
    except (ValueError, OverflowError):
        return True
    if stored.entity is None or stored.cause is None:
        return True
    last_modified = stored.cause.stored_datetime.replace(microsecond=0)
    return last_modified <= moment.replace(tzinfo=moment.tzinfo or UTC)


def _refuse_older(correction: Event, stored: Stored) -> None:
    """Raise HttpProblem if a newer event is stored."""
    if stored.cause and stored.cause.origin > correction.version.origin:
        time = stored.cause.time
        condition = "If-Match" if stored.entity else "If-None-Match: *"
        detail = (
            f"the stored event has the time {time}, later than {correction.time} of this"
            f" correction: repeat the correction with {condition}, or after {time}"
        )
        raise HttpProblem(HTTPStatus.CONFLICT, detail, stored_time=time)
