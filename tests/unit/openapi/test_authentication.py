"""The document states how each source authenticates."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from ingestion.catalog import Catalog
from ingestion.openapi import openapi
from tests.support.factories import catalog

URL = "https://api.example.com/v1"
DOCUMENT = openapi.document(catalog(), URL)


def document_of_three_authentications() -> Any:
    """Return the document of the sources k with a key, h with a signature, and i with IAM."""
    principals = ["arn:aws:iam::123456789012:role/sender"]
    sources: dict[str, Any] = {
        "key": {"path": "k", "auth": "api_key"},
        "signs": {"path": "h", "auth": "hmac"},
        "aws": {"path": "i", "auth": "iam", "principals": principals},
    }
    entries = {name: fields | {"entities": ["CONTRACT"]} for name, fields in sources.items()}
    return openapi.document(Catalog.model_validate({"sources": entries}), URL)


def test_each_authentication_of_the_sources_is_a_security_scheme() -> None:
    document = document_of_three_authentications()

    validate(document)
    assert set(document["components"]["securitySchemes"]) == {"api_key", "hmac", "iam"}


@pytest.mark.parametrize("end", ["", "/uploads"])
def test_each_path_states_how_its_source_authenticates(end: str) -> None:
    paths = document_of_three_authentications()["paths"]

    key, signature, iam = (paths[f"/{path}{end}"]["post"] for path in "khi")

    headers = [header["name"] for header in signature["parameters"]]
    assert "security" not in key  # The document's own security applies.
    assert signature["security"] == [{"hmac": []}]
    assert iam["security"] == [{"iam": []}]
    assert headers == ["webhook-id", "webhook-timestamp"]
    assert {"401", "409"} <= signature["responses"].keys()
    assert {"401", "409"}.isdisjoint({*key["responses"], *iam["responses"]})


def test_only_a_source_that_does_not_sign_may_post_in_binary_mode() -> None:
    paths = document_of_three_authentications()["paths"]

    key, signature = (paths[f"/{path}"]["post"]["requestBody"] for path in "kh")

    binary_mode = "as headers `ce-…`"
    assert binary_mode in key["description"]
    assert binary_mode not in signature["description"]


def test_an_authentication_that_no_source_uses_is_left_out() -> None:
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"api_key"}
