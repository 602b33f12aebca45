"""What the API returns to signed requests."""

from tests.integration.response import Response

PROBLEM = "application/problem+json"


def refused(response: Response, status: int) -> bool:
    """Return whether the response is a problem document with this status."""
    is_problem = response.headers["Content-Type"] == PROBLEM
    return is_problem and response.status == response.document["status"] == status
