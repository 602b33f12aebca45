"""A platform whose sourceB proves its identity as the senders of webhooks do."""

from typing import Any

import pytest
from pydantic_core import to_json

from ingestion.auth.live_secrets import LiveSecret
from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.integration.signing import PREFIX, StoredSecret, planned_signing
from tests.support.factories import Json, catalog_document
from tests.support.invocations import request
from tests.support.terraform.planned import Plan

RULE: Json = {
    "entity": "CONTRACT",
    "id": "payload.id",
    "time": "payload.at",
    "fields": {
        "contract_name": "payload.name",
        "contract_type": {"const": "goods"},
        "contract_status": {"const": "active"},
    },
}
PAYLOAD = {"id": "c-1", "name": "Näme", "at": "2026-01-31T12:00:00Z"}
BODY = to_json(PAYLOAD).decode()


class SourceB:
    """The path of sourceB, which has these keys in the catalog, and its live secrets."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.stored = StoredSecret(f"{PREFIX}sourceB")

    def configure(self, *secrets: str, **keys: Any) -> None:
        """Give the source these keys and live secrets. It has a rule by default."""
        document = catalog_document()
        document["sources"]["sourceB"] |= {"map": [RULE], **keys}
        self.cloud.write_catalog(document)
        self.stored.keep(*map(LiveSecret.new, secrets))

    def post(
        self,
        headers: dict[str, str] | dict[str, list[str]],
        body: str | bytes = BODY,
        path: str = "b",
    ) -> Response:
        """Post with these headers. A list holds the values of a header that is sent repeatedly."""
        lists = {name: [v] if isinstance(v, str) else v for name, v in headers.items()}
        event = request(path, body, headers={name: values[-1] for name, values in lists.items()})
        event["multiValueHeaders"] |= lists
        return self.cloud.ask(event)


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


@pytest.fixture
def source(cloud: Cloud) -> SourceB:
    return SourceB(cloud)
