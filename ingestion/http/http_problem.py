"""The error that a function answers with a problem document."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class HttpProblem(Exception):
    """The error response to a whole request. `detail` says what would be right."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] = {}, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.members = {"detail": detail, **members}
