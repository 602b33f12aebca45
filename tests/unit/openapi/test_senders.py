"""The document states how the senders of webhooks authenticate, and what they are answered."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from ingestion.catalog import Catalog
from ingestion.openapi import openapi

RULE = {"entity": "CONTRACT", "id": "payload.id", "time": "payload.at", "operation": "delete"}
SOURCES: dict[str, dict[str, Any]] = {
    "standard": {"auth": "hmac", "signature": "standard"},
    "svix": {"auth": "hmac", "signature": "svix"},
    "github": {"auth": "hmac", "signature": "github"},
    "stripe": {"auth": "hmac", "signature": "stripe", "success": 200},
    "slack": {
        "auth": "hmac",
        "signature": "slack",
        "handshake": {"when": "payload.challenge", "answer": {"challenge": "payload.challenge"}},
    },
    "own": {
        "auth": "hmac",
        "signature": {
            "header": "X-Sig",
            "signed": "{body}",
            "algorithm": "sha512",
            "prefix": "v1=",
            "separator": ",",
        },
        "success": 200,
        "handshake": {"when": "payload.ping", "answer": {"pong": "payload.ping"}},
    },
    "password": {"auth": "basic"},
    "token": {"auth": "bearer"},
}


@pytest.fixture(scope="module")
def document() -> Any:
    entries = {
        name: {"path": name, "entities": ["CONTRACT"], "map": [RULE], **keys}
        for name, keys in SOURCES.items()
    }
    return openapi.document(Catalog.model_validate({"sources": entries}))


def test_the_document_is_valid(document: Any) -> None:
    validate(document)

    schemes = document["components"]["securitySchemes"]
    assert {name: scheme.get("name", scheme.get("scheme")) for name, scheme in schemes.items()} == {
        "api_key": "x-api-key",
        "hmac": "webhook-signature",
        "hmac_svix": "svix-signature",
        "hmac_github": "X-Hub-Signature-256",
        "hmac_stripe": "Stripe-Signature",
        "hmac_slack": "X-Slack-Signature",
        "hmac_own": "X-Sig",
        "basic": "basic",
        "bearer": "bearer",
    }


def test_a_scheme_says_how_to_sign(document: Any) -> None:
    own = document["components"]["securitySchemes"]["hmac_own"]

    assert own["description"] == (
        "`v1=` and the HMAC-SHA512 of `{body}` in hex. Several may be separated by `,`."
    )


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("end", ["", "/uploads"])
def test_each_path_names_its_scheme_and_the_other_signed_headers(
    document: Any, name: str, end: str
) -> None:
    post = document["paths"][f"/{name}{end}"]["post"]
    [[scheme]] = post["security"]
    headers = [header["name"] for header in post.get("parameters", [])]

    own = {"standard": "hmac", "password": "basic", "token": "bearer"}
    assert scheme == own.get(name, f"hmac_{name}")
    assert headers == {
        "standard": ["webhook-id", "webhook-timestamp"],
        "svix": ["svix-id", "svix-timestamp"],
        "slack": ["X-Slack-Request-Timestamp"],
    }.get(name, [])


@pytest.mark.parametrize("name", SOURCES)
def test_refusals_are_those_of_the_scheme(document: Any, name: str) -> None:
    responses = document["paths"][f"/{name}"]["post"]["responses"]

    assert "401" in responses
    assert ("409" in responses) == (name in ("standard", "svix", "stripe", "slack"))


def test_the_status_of_success_and_the_answer_to_a_handshake_are_described(document: Any) -> None:
    responses = {name: document["paths"][f"/{name}"]["post"]["responses"] for name in SOURCES}

    assert {name for name, found in responses.items() if "202" in found} == SOURCES.keys() - {
        *("stripe", "own")
    }
    assert {name for name, found in responses.items() if "200" in found} == {
        "stripe",
        "slack",
        "own",
    }
    slack, own = (
        responses[name]["200"]["content"]["application/json"] for name in ("slack", "own")
    )
    assert slack["schema"]["required"] == ["challenge"]
    assert own["schema"]["anyOf"][0]["required"] == ["pong"]
