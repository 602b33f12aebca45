"""A signed message that is repeated makes the same events, and no rule reads its signature."""

import pytest

from ingestion.event import Event
from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, reading
from tests.integration.signing import Signing, planned_signing
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import Json
from tests.support.terraform.planned import Plan


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


def test_a_repeated_message_makes_the_same_events(cloud: Cloud) -> None:
    signing = Signing(cloud)
    note = 'headers."webhook-signature" || headers."webhook-id"'
    map_source(cloud, reading(each="payload.items", fields={"note": note}), auth="hmac")
    published: list[Event] = []

    def accept_all(parameters: Json) -> Canned:
        entries = parameters["PublishBatchRequestEntries"]
        published.extend(Event.from_json(entry["Message"]) for entry in entries)
        return canned({"Successful": entries, "Failed": []})

    intercept(cloud.api_runtime.router.sns, "PublishBatch", accept_all)
    payload = {"items": [{"id": "a"}, {"id": "b"}]}

    first, again = signing.post(payload), signing.post(payload, seconds=5)

    assert first.status == again.status == 202
    assert [event.id for event in published[:2]] == [event.id for event in published[2:]]
    assert [event.time for event in published[:2]] == [event.time for event in published[2:]]
    assert {event.data["note"] for event in published} == {"msg_1"}
