"""Checks the account of the credentials before they are used."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.tools.errors import SetupError

_LOG_IN = (
    "Log in to the environment's account (`aws sso login`, `aws configure`, AWS_PROFILE, …)."
    " Without an account, `make preview` shows what a deploy would make."
)


def account_of(client: Callable[[str], Any]) -> str:
    """Return the account that calls go to. Raises SetupError without valid credentials."""
    try:
        return str(client("sts").get_caller_identity()["Account"])
    except BotoCoreError as error:
        raise SetupError(f"No AWS credentials were found: {error}. {_LOG_IN}") from error
    except ClientError as error:
        reason = error.response["Error"]["Code"]
        raise SetupError(f"AWS does not accept these credentials ({reason}). {_LOG_IN}") from error


def require_account(account: str, wanted: str | None, environment: str) -> None:
    """Raise SetupError if the environment belongs to another account."""
    if wanted not in (None, account):
        raise SetupError(
            f"These credentials are of account {account}, but {environment} belongs to {wanted}"
            f" (account_id in config/{environment}.tfvars): log in to that"
            " account. Nothing was done."
        )
