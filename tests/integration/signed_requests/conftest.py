"""A platform whose sourceB signs its requests."""

import pytest

from ingestion.event import Event
from tests.integration.cloud import Cloud
from tests.integration.signed_requests.clocked import Clocked
from tests.integration.signing import Signing, planned_signing
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import Json
from tests.support.terraform.planned import Plan


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


@pytest.fixture
def signing(cloud: Cloud) -> Signing:
    return Signing(cloud)


@pytest.fixture
def clocked(signing: Signing) -> Clocked:
    return Clocked(signing)


@pytest.fixture
def published(signing: Signing) -> list[Event]:
    """Return the list to which every event on the topic is added. The topic accepts all events."""
    events: list[Event] = []

    def accept_all(parameters: Json) -> Canned:
        entries = parameters["PublishBatchRequestEntries"]
        events.extend(Event.from_json(entry["Message"]) for entry in entries)
        return canned({"Successful": entries, "Failed": []})

    intercept(signing.cloud.api_runtime.router.sns, "PublishBatch", accept_all)
    return events
