"""The error that a function answers with a problem document."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self

from ingestion.errors import RejectedRecord


class HttpProblem(Exception):
    """The error response to a whole request. `detail` says what would be right."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] = {}, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.members = {"detail": detail, **members}

    @classmethod
    def of(cls, rejection: RejectedRecord, content: str) -> Self:
        """Return the problem of a request whose only content was rejected."""
        detail = f"{content} is invalid: see errors"
        return cls(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=rejection.error_documents())
