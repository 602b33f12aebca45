"""AWS principals: who may use a path that accepts requests signed with AWS credentials."""

import re
from collections.abc import Iterable
from http import HTTPStatus

from ingestion.http.http_problem import HttpProblem

# The ARN of a session holds its role's name without the path. Role names are unique in an account.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
_ROLE = re.compile(r"arn:([^:]+):iam::(\d{12}):role/(?:[^/]+/)*([^/]+)", re.ASCII)
_SESSION = re.compile(r"arn:([^:]+):sts::(\d{12}):assumed-role/([^/]+)/[^/]+", re.ASCII)


def check_principal(user_arn: str | None, principals: Iterable[str]) -> None:
    """Raise HttpProblem unless the caller is one of these roles and users.

    `user_arn` is the signer that the gateway verified. `user_arn` is absent only if the gateway is
    misconfigured and accepts unsigned requests.
    """
    if not user_arn or _identity_of(user_arn) not in map(_identity_of, principals):
        raise HttpProblem(
            HTTPStatus.FORBIDDEN, "the request must be signed by one of this source's principals"
        )


def _identity_of(arn: str) -> str | tuple[str, ...]:
    """Return the same value for a role and its sessions, and the ARN of any other principal."""
    found = _ROLE.fullmatch(arn) or _SESSION.fullmatch(arn)
    return found.groups() if found else arn
