"""Which headers and parameters of a request are kept: none that may hold a credential."""

import pytest

from ingestion.http.quarantine.kept_headers import kept_headers, kept_query
from ingestion.mapping.rules import Rule

CREDENTIALS = [
    "x-gitlab-token",
    "x-github-secret",
    "x-shopify-hmac-sha256",
    "x-hub-signature",
    "x-api-key",
    "x-own-auth",
    "ce-session",
    "x-shopify-api-pwd",
]


def _rule(text: str) -> Rule:
    return Rule.model_validate({"entity": "CONTRACT", "id": "payload.id", "when": text})


@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_header_that_may_hold_a_credential_is_not_kept_even_if_a_rule_reads_it(name: str) -> None:
    rule = _rule(f'headers."{name}"')

    assert kept_headers({name: "secret", "date": "today"}, [rule], []) == {"date": "today"}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_header_that_may_hold_a_credential_is_not_kept_even_if_ignore_reads_it(name: str) -> None:
    assert kept_headers({name: "secret"}, [], [f'headers."{name}"']) == {}


@pytest.mark.parametrize(
    "name", ["x-github-event", "ce-type", "webhook-id", "x-gitlab-event", "svix-timestamp"]
)
def test_a_known_header_is_kept(name: str) -> None:
    assert kept_headers({name: "value"}, [], []) == {name: "value"}


@pytest.mark.parametrize("name", ["x-github-jwt", "x-shopify-session", "x-gitlab-other", "ce-pin"])
def test_a_header_is_not_kept_because_of_its_first_words(name: str) -> None:
    assert kept_headers({name: "value"}, [], []) == {}


@pytest.mark.parametrize("name", ["x-own", "x-event-key", "idempotency-key"])
def test_another_header_is_kept_if_an_expression_reads_it(name: str) -> None:
    sent = {name: "value"}

    assert kept_headers(sent, [_rule(f'headers."{name}"')], []) == sent
    assert kept_headers(sent, [], [f'headers."{name}"']) == sent
    assert kept_headers(sent, [], []) == {}


def test_the_query_is_kept_without_credentials() -> None:
    sent = {"page": ["1", "2"], "access_token": ["t"], "ApiKey": ["k"], "Signature": ["s"]}

    assert kept_query(sent) == {"page": ["1", "2"]}
