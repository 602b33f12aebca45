"""Of each preset: what is signed is kept or accepted, and nothing else gets in."""

import json
from base64 import b64decode
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import listed, work_off
from tests.integration.quarantine.conftest import RULE, SIGNED, item, kept, pointers
from tests.integration.senders.conftest import SourceB
from tests.integration.senders.signers import SIGNERS, Signer
from tests.support.factories import Json
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

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
    signed = signer.headers(GARBAGE)
    wrong = signed | {signer.header: f"{signed[signer.header][:-4]}AAAA"}

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


def configure(source: SourceB, preset: str, **keys: Any) -> Signer:
    """Give sourceB the preset, the sender's first secret, and quarantine."""
    signer = SIGNERS[preset]
    keys = {"map": [RULE], "on_invalid": "quarantine", **keys}
    source.configure(signer.secrets[0], auth="hmac", signature=preset, **keys)
    return signer


@pytest.mark.parametrize("preset", [name for name, each in SIGNERS.items() if each.signs_time])
@pytest.mark.parametrize("body", [GARBAGE, RENAMED], ids=["garbage", "unmatched"])
def test_an_exact_repeat_of_a_kept_request_gets_the_same_success_and_is_not_kept_again(
    source: SourceB, preset: str, body: str
) -> None:
    signed = configure(source, preset, success=200).headers(body)

    statuses = [source.post(signed, body).status for _ in range(2)]

    assert statuses == [200, 200]
    assert len(kept(source.cloud)) == len(pointers(source.cloud)) == 1


def test_a_signed_request_with_headers_of_cloudevents_is_kept(source: SourceB) -> None:
    signed = configure(source, "slack").headers(GARBAGE)

    response = source.post(signed | {"Ce-Specversion": "1.0", "Ce-Type": "a"}, GARBAGE)

    [found] = kept(source.cloud)
    assert response.status == 202
    assert found["headers"]["ce-type"] == ["a"]


def test_an_exact_repeat_after_a_drop_keeps_nothing(source: SourceB, ingest: Ingest) -> None:
    signed = configure(source, "slack").headers(GARBAGE)
    source.post(signed, GARBAGE)
    ingest("drop", "--reason", "quarantined", "--yes")

    again = source.post(signed, GARBAGE)

    assert again.status == 202
    assert (kept(source.cloud), listed(ingest)["letters"]) == ([], [])


@pytest.mark.parametrize("preset", ["standard", "svix"])
def test_a_message_that_comes_again_after_its_rules_changed_is_stored_once(
    source: SourceB, ingest: Ingest, invoked: list[Json], preset: str
) -> None:
    signer = configure(source, preset)
    first = source.post(signer.headers(RENAMED), RENAMED)
    configure(source, preset, map=[FIXED])

    again = source.post(signer.headers(RENAMED, seconds=5), RENAMED)
    work_off(source.cloud)
    rows = source.cloud.rows()
    ingest("redrive")
    work_off(source.cloud)

    assert (first.statuses, again.statuses) == (["quarantined"], ["accepted"])
    assert [*rows] == [*source.cloud.rows()] == ["CONTRACT#c-1"]
    assert (kept(source.cloud), listed(ingest)["letters"]) == ([], [])
    assert invoked
