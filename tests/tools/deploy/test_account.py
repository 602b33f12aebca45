"""The account of the credentials, and the messages if they cannot be used."""

import os
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.tools.deploy.state_bucket import require_account
from infra.tools.errors import SetupError
from tests.support.servers import QuietHandler, serving

EXPIRED = b"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
<Type>Sender</Type><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>"""


class Expired(QuietHandler):
    def do_POST(self) -> None:
        self.answer(403, EXPIRED)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Hide all credentials of this machine."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def client(service: str, **settings: str) -> Any:
    session = boto3.Session(region_name="eu-central-1")
    return session.client(service, **settings)  # type: ignore[call-overload]


@pytest.mark.usefixtures("nobody")
def test_without_credentials_the_message_says_how_to_log_in() -> None:
    with pytest.raises(SetupError, match=r"There are no valid AWS credentials.*aws sso login"):
        require_account(client, None, "prod")


@pytest.mark.usefixtures("nobody")
def test_a_missing_profile_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "produciton")

    with pytest.raises(SetupError, match=r"produciton.*aws sso login"):
        require_account(client, None, "prod")


@pytest.mark.usefixtures("nobody")
def test_expired_credentials_are_named_as_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXPIRED")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with serving(HTTPServer(("127.0.0.1", 0), Expired)) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"

        with pytest.raises(SetupError, match=r"no valid AWS credentials: .*\(ExpiredToken\)"):
            require_account(partial(client, endpoint_url=url), None, "prod")


@pytest.fixture
def account(nobody: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:  # noqa: ARG001 - hides others
    """Return the account of valid credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield "123456789012"


@pytest.mark.usefixtures("account")
def test_another_account_than_the_environments_is_refused() -> None:
    with pytest.raises(SetupError, match="of account 123456789012, but prod belongs to 999"):
        require_account(client, "999999999999", "prod")


@pytest.mark.parametrize("wanted", [None, "123456789012"])
def test_the_environments_own_account_is_accepted(account: str, wanted: str | None) -> None:
    assert require_account(client, wanted, "prod") == account
