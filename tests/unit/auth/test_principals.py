import pytest

from ingestion.auth.principals import check_principal
from ingestion.http.http_problem import HttpProblem

ROLE = "arn:aws:iam::123456789012:role/service/Sender"
USER = "arn:aws:iam::123456789012:user/people/ann"


def is_accepted(user_arn: str) -> bool:
    """Return whether the caller is the role or the user."""
    try:
        check_principal(user_arn, [ROLE, USER])
    except HttpProblem:
        return False
    return True


@pytest.mark.parametrize(
    "user_arn",
    [
        pytest.param(
            "arn:aws:sts::123456789012:assumed-role/Sender/me@x", id="session of the role"
        ),
        pytest.param(USER, id="user"),
    ],
)
def test_a_listed_principal_is_accepted(user_arn: str) -> None:
    assert is_accepted(user_arn)


@pytest.mark.parametrize(
    "user_arn",
    [
        pytest.param(None, id="nobody"),
        pytest.param("", id="empty"),
        pytest.param("arn:aws:sts::123456789012:assumed-role/Sender2/session", id="another role"),
        pytest.param(
            "arn:aws:sts::123456789012:assumed-role/Other/Sender", id="session with the role's name"
        ),
        pytest.param("arn:aws:sts::210987654321:assumed-role/Sender/session", id="another account"),
        pytest.param("arn:aws-cn:sts::123456789012:assumed-role/Sender/s", id="another partition"),
        pytest.param("arn:aws:sts::123456789012:federated-user/Sender", id="federated user"),
        pytest.param("arn:aws:iam::123456789012:user/ann", id="user of another path"),
        pytest.param("arn:aws:iam::123456789012:user/Sender", id="user with the role's name"),
        pytest.param("arn:aws:iam::123456789012:root", id="account"),
        pytest.param("*", id="anyone"),
    ],
)
def test_any_other_caller_is_refused(user_arn: str | None) -> None:
    with pytest.raises(HttpProblem, match="principals"):
        check_principal(user_arn, [ROLE, USER])
