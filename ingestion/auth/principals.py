"""AWS principals: who may use a path that takes requests signed with AWS credentials."""

import re
from collections.abc import Iterable
from http import HTTPStatus

from ingestion.http.problem import Problem

# A session is named after its role, without the role's path; an account has a role's name once.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
_ROLE = re.compile(r"arn:([^:]+):iam::(\d{12}):role/(?:[^/]+/)*([^/]+)", re.ASCII)
_SESSION = re.compile(r"arn:([^:]+):sts::(\d{12}):assumed-role/([^/]+)/[^/]+", re.ASCII)


def check_principal(user_arn: str | None, principals: Iterable[str]) -> None:
    """Raise Problem unless the caller is one of these roles and users.

    `user_arn` is who signed the request, as the gateway found; absent where it let in a request
    that nobody signed, which would be its misconfiguration.
    """
    if not user_arn or _who(user_arn) not in map(_who, principals):
        raise Problem(
            HTTPStatus.FORBIDDEN, "the request must be signed by one of this source's principals"
        )


def _who(arn: str) -> str | tuple[str, ...]:
    """A role, whether it is named itself or by a session; any other principal is its ARN."""
    found = _ROLE.fullmatch(arn) or _SESSION.fullmatch(arn)
    return found.groups() if found else arn
