"""Of each preset: what is signed is kept or accepted, and nothing else gets in."""

import json
from base64 import b64decode

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import listed, work_off
from tests.integration.quarantine.conftest import QUARANTINING, RULE, item, kept
from tests.integration.senders.conftest import SourceB
from tests.integration.senders.signers import SIGNERS
from tests.support.factories import Json
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

SIGNED = QUARANTINING | {"auth": "hmac", "signature": "github"}
FIXED = RULE | {"each": "payload.orders"}
GARBAGE = "garbage: {[ä"
RENAMED = json.dumps({"orders": [item("c-1")]})
GOOD = json.dumps({"contracts": [item("c-2")]})


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan("signed-quarantine", {"sourceB": SIGNED})


@pytest.fixture
def source(cloud: Cloud) -> SourceB:
    return SourceB(cloud)


@pytest.mark.parametrize("preset", SIGNERS)
def test_what_is_signed_is_never_lost_and_nothing_else_gets_in(
    source: SourceB, ingest: Ingest, invoked: list[Json], preset: str
) -> None:
    signer = SIGNERS[preset]
    keys: Json = {"auth": "hmac", "signature": preset, "on_invalid": "quarantine", "success": 200}
    source.configure(signer.secrets[0], map=[RULE], **keys)
    wrong = {name: f"{value[:-4]}AAAA" for name, value in signer.headers(GARBAGE).items()}

    refused = [source.post({}, GARBAGE), source.post(wrong, GARBAGE)]
    assert [response.status for response in refused] == [401, 401]
    assert kept(source.cloud) == []

    # Messages with an id have one body each.
    bodies = [GARBAGE] if preset in ("standard", "svix") else [GARBAGE, RENAMED, GOOD]
    accepted = [source.post(signer.headers(body), body) for body in bodies]

    assert {response.status for response in accepted} == {200}
    found = kept(source.cloud)
    assert sorted(b64decode(each["body"]).decode() for each in found) == sorted(bodies[:2])
    assert not {signer.header.lower(), "x-api-key"} & {h for each in found for h in each["headers"]}

    source.configure(signer.secrets[0], map=[FIXED], **keys)
    ingest("redrive")
    work_off(source.cloud)

    stored = ["CONTRACT#c-1", "CONTRACT#c-2"] if len(bodies) > 1 else []
    [left] = listed(ingest)["letters"]
    assert left["detail"].startswith("unreadable_payload")
    assert sorted(source.cloud.rows()) == stored
    assert invoked
