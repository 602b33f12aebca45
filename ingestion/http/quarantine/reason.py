"""Why a request is in quarantine: its problem as a whole, or the faults of its items."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from ingestion.errors import RejectedRecord
from ingestion.http.http_problem import HttpProblem
from ingestion.intake.placed import Placed

MAX_REASONS = 20  # A request may have thousands of failing items.
_BY_STATUS = {
    HTTPStatus.BAD_REQUEST: "unreadable_payload",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "request_too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
}
# The problem itself repeats a part of a header.
_UNSUPPORTED = (
    "Content-Type must be JSON, CloudEvents, a form or XML, in UTF-8, without Content-Encoding"
)


class Reason(BaseModel):
    """A fault as the API's responses name it: the place, the field, and what would be right."""

    model_config = ConfigDict(frozen=True)

    reason: str
    field: str = ""
    message: str
    index: int | None = None
    rule: int | None = None
    item: int | None = None

    @property
    def text(self) -> str:
        """Return the reason on one line."""
        place = "" if self.index is None else f"payload {self.index}: "
        field = f"{self.field}: " if self.field else ""
        return f"{self.reason}: {place}{field}{self.message}"


def reason_of_problem(problem: HttpProblem) -> Reason:
    """Return why no payload of a request could be mapped."""
    slug = _BY_STATUS.get(problem.status, "invalid_request")
    is_unsupported = problem.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    return Reason(reason=slug, message=_UNSUPPORTED if is_unsupported else str(problem))


def reasons_of_results(results: Iterable[Placed]) -> list[Reason]:
    """Return the faults of all items that make no event."""
    return list(_find_faults(results))


def digest_of(reasons: Sequence[Reason]) -> str:
    """Return a short text that is equal only for equal reasons."""
    return sha256(to_json(reasons)).hexdigest()[:16]


def _find_faults(results: Iterable[Placed]) -> Iterator[Reason]:
    for place, outcome in results:
        if isinstance(outcome, RejectedRecord):
            for fault in outcome.error_documents():
                yield Reason(**fault, **place)
