"""Sources that send a password or a token: what is accepted, and what a refusal says."""

from base64 import b64encode

import pytest

from tests.integration.senders.conftest import BODY, SourceB
from tests.integration.signed_requests.responses import refused
from tests.support.canned import aws_error, intercept
from tests.support.factories import api_key, contract, submission

PASSWORD, OTHER_PASSWORD = "erp:pass:wörd with blanks", "erp:older"
TOKEN, OTHER_TOKEN = "a-token._~+/0123456789==", "an-older-token"
SECRETS = {"basic": (PASSWORD, OTHER_PASSWORD), "bearer": (TOKEN, OTHER_TOKEN)}
each_auth = pytest.mark.parametrize("auth", SECRETS)


def authorization(auth: str, secret: str) -> str:
    """Return the header for a secret."""
    sent = b64encode(secret.encode()).decode() if auth == "basic" else secret
    return f"{auth.title()} {sent}"


def headers(auth: str, secret: str | None = None) -> dict[str, str]:
    return {"Authorization": authorization(auth, secret or SECRETS[auth][0])}


@each_auth
def test_a_request_with_the_secret_is_accepted(source: SourceB, auth: str) -> None:
    source.configure(SECRETS[auth][0], auth=auth)

    response = source.post(headers(auth))

    assert (response.status, response.statuses) == (202, ["accepted"])


@each_auth
def test_the_platforms_own_format_is_accepted_too(source: SourceB, auth: str) -> None:
    source.configure(SECRETS[auth][0], auth=auth, map=[])

    response = source.cloud.post(
        submission(), source=None, authorization=headers(auth)["Authorization"]
    )
    binary = source.cloud.post(
        contract("c-1"),
        source=None,
        authorization=headers(auth)["Authorization"],
        ce_specversion="1.0",
        ce_id="1",
        ce_source="sourceB",
        ce_type="contract.upsert",
    )

    assert (response.status, binary.status) == (202, 202)


@each_auth
def test_each_of_two_live_secrets_is_accepted(source: SourceB, auth: str) -> None:
    source.configure(*SECRETS[auth], auth=auth)

    statuses = [source.post(headers(auth, secret)).status for secret in SECRETS[auth]]

    assert statuses == [202, 202]


@each_auth
@pytest.mark.parametrize("name", ["authorization", "AUTHORIZATION"])
def test_names_may_be_in_any_case(source: SourceB, auth: str, name: str) -> None:
    source.configure(SECRETS[auth][0], auth=auth)
    scheme, _, credential = headers(auth)["Authorization"].partition(" ")

    response = source.post({name: f"{scheme.upper()}  {credential}"})

    assert response.status == 202


@each_auth
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"X-Api-Key": api_key("sourceB")}, id="an API key"),
        pytest.param({"Authorization": ""}, id="empty"),
        pytest.param({"Authorization": "Basic"}, id="only basic"),
        pytest.param({"Authorization": "Bearer "}, id="only bearer"),
        pytest.param({"Authorization": "Basic !!!!"}, id="no base64"),
        pytest.param({"Authorization": "Basic " + "A" * 5000}, id="oversize"),
        pytest.param(
            {"Authorization": headers("basic", "erp:wrong")["Authorization"]}, id="password"
        ),
        pytest.param({"Authorization": headers("bearer", "wrong")["Authorization"]}, id="token"),
        pytest.param({"Authorization": f"Token {TOKEN}"}, id="another scheme"),
    ],
)
def test_any_other_credential_gets_401_with_the_right_scheme(
    source: SourceB, auth: str, sent: dict[str, str]
) -> None:
    source.configure(SECRETS[auth][0], auth=auth)

    response = source.post(sent)

    assert refused(response, 401)
    assert response.headers["WWW-Authenticate"].startswith(f"{auth.title()} realm=")
    assert source.cloud.routed() == 0


@each_auth
def test_a_credential_of_the_other_scheme_is_refused(source: SourceB, auth: str) -> None:
    other = "bearer" if auth == "basic" else "basic"
    source.configure(SECRETS[auth][0], auth=auth)

    response = source.post(headers(other, SECRETS[auth][0]))

    assert refused(response, 401)


@each_auth
def test_a_header_that_is_sent_twice_is_refused(source: SourceB, auth: str) -> None:
    source.configure(SECRETS[auth][0], auth=auth)
    [value] = headers(auth).values()

    twice = source.post({"Authorization": [value, value]})
    in_two_cases = source.post({"Authorization": value, "authorization": value})

    assert refused(twice, 401)
    assert refused(in_two_cases, 401)


@each_auth
def test_without_a_live_secret_requests_get_401(source: SourceB, auth: str) -> None:
    source.configure(auth=auth)

    response = source.post(headers(auth))

    assert refused(response, 401)


@each_auth
def test_while_secrets_cannot_be_read_requests_get_503(source: SourceB, auth: str) -> None:
    source.configure(SECRETS[auth][0], auth=auth)
    signed = source.cloud.api_runtime.callers.signed
    assert signed
    intercept(signed.secrets.client, "GetSecretValue", lambda _: aws_error("ThrottlingException"))

    response = source.post(headers(auth))

    assert refused(response, 503)
    assert source.cloud.routed() == 0


@each_auth
def test_a_secret_is_valid_for_the_path_of_its_source_only(source: SourceB, auth: str) -> None:
    source.configure(SECRETS[auth][0], auth=auth)

    response = source.post(headers(auth), path="a")

    assert refused(response, 403)


@each_auth
def test_an_upload_needs_the_secret(source: SourceB, auth: str) -> None:
    source.configure(SECRETS[auth][0], auth=auth)
    body = '{"name": "rows.csv", "size": 5}'

    allowed = source.post(headers(auth), body, "b/uploads")
    denied = source.post(headers(auth, "erp:wrong"), body, "b/uploads")

    assert allowed.status == 201
    assert refused(denied, 401)


@each_auth
def test_no_log_line_holds_a_credential(
    source: SourceB, auth: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source.configure(SECRETS[auth][0], auth=auth)
    wrong = headers(auth, "erp:wrong-password")

    source.post(headers(auth))
    source.post(wrong, BODY)

    output = capsys.readouterr().out
    assert "request_refused" in output
    for value in (SECRETS[auth][0], headers(auth)["Authorization"], wrong["Authorization"]):
        assert value.split()[-1] not in output
