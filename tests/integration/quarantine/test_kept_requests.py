"""What reaches the function with a valid credential is kept exactly, or accepted."""

import json
from base64 import b64decode
from dataclasses import replace

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Said
from tests.integration.quarantine.conftest import (
    RANDOM,
    RULE,
    item,
    kept,
    payload,
    pointers,
    set_rules,
)
from tests.support.factories import api_key
from tests.support.invocations import REQUEST_ID, request

MANY = payload(*(item(f"c-{number}") for number in range(501)))


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        pytest.param(RANDOM, {}, "unreadable_payload", id="random bytes"),
        pytest.param(b"", {}, "unreadable_payload", id="nothing"),
        pytest.param(b'{"contracts": [', {}, "unreadable_payload", id="half of a document"),
        pytest.param(b"[]", {}, "invalid_request", id="an empty array"),
        pytest.param(b'{"orders": []}', {}, "unmatched", id="unmatched"),
        pytest.param(b'{"contracts": [{}]}', {}, "unmappable_item", id="a failing item"),
        pytest.param(json.dumps(MANY).encode(), {}, "request_too_large", id="over 500 events"),
        pytest.param(b"x" * 4_400_001, {}, "request_too_large", id="a long body"),
        pytest.param(
            b"a,b\n", {"content_type": "text/csv"}, "unsupported_media_type", id="media type"
        ),
        pytest.param(
            b"\x1f\x8b", {"content_encoding": "gzip"}, "unsupported_media_type", id="compressed"
        ),
    ],
)
def test_a_request_without_a_valid_event_is_kept_as_it_came(
    cloud: Cloud, body: bytes, headers: dict[str, str], reason: str
) -> None:
    response = cloud.post(body, **headers)

    [found], [pointer] = kept(cloud), pointers(cloud)
    assert response.status == 202
    assert response.document["quarantined"] == pointer["id"]
    assert bool(response.document["errors"]) != bool(response.document.get("detail"))
    assert b64decode(found["body"]) == body
    assert found["reasons"][0]["reason"] == pointer["reasons"][0]["reason"] == reason
    assert cloud.keys("quarantine/sourceB/") == [pointer["key"]]
    assert cloud.queued() == []


def test_a_slow_mapping_is_kept(cloud: Cloud) -> None:
    cloud.api_runtime = replace(cloud.api_runtime, map_seconds=-1)

    response = cloud.post(payload(item("c-1")))

    assert response.status == 202
    assert kept(cloud)[0]["reasons"][0]["reason"] == "request_too_large"


def test_a_request_in_which_all_is_right_is_not_kept(cloud: Cloud) -> None:
    response = cloud.post(payload(item("c-1"), item("c-2")))

    assert (response.status, response.statuses) == (202, ["accepted", "accepted"])
    assert "quarantined" not in response.document
    assert (kept(cloud), pointers(cloud)) == ([], [])


def test_the_good_items_of_a_kept_request_are_accepted(cloud: Cloud) -> None:
    response = cloud.post(payload(item("c-1"), item("c-2", type="lease"), item("c-3")))

    cloud.work(*cloud.queued())
    [pointer] = pointers(cloud)
    assert response.status == 202
    assert sorted(response.statuses) == ["accepted", "accepted", "quarantined"]
    assert sorted(cloud.rows()) == ["CONTRACT#c-1", "CONTRACT#c-3"]
    assert len(kept(cloud)) == 1
    [reason] = pointer["reasons"]
    assert (reason["index"], reason["rule"], reason["item"]) == (0, 1, 1)
    assert reason["field"] == "rule 1 (CONTRACT), contract_type"


@pytest.mark.parametrize("key", [None, "sourceA"], ids=["no key", "another source's key"])
def test_a_request_without_a_valid_credential_is_refused_and_not_kept(
    cloud: Cloud, key: str | None
) -> None:
    response = cloud.post(RANDOM, source=key)

    assert response.status == 403
    assert (kept(cloud), pointers(cloud)) == ([], [])


def test_a_source_that_refuses_keeps_nothing(cloud: Cloud) -> None:
    set_rules(cloud, RULE, on_invalid="refuse")

    response = cloud.post(b'{"orders": []}')

    assert response.status == 422
    assert (kept(cloud), pointers(cloud)) == ([], [])


def test_known_headers_and_those_that_rules_read_are_kept_and_no_credential(cloud: Cloud) -> None:
    fields = RULE["fields"] | {"contract_name": 'headers."x-own-name"'}
    set_rules(cloud, RULE | {"fields": fields})
    sent = {
        "Authorization": "secret-1",
        "Cookie": "secret-2",
        "X-Hub-Signature-256": "secret-3",
        "X-Shopify-Hmac-Sha256": "secret-4",
        "X-Gitlab-Token": "secret-5",
        "X-Other": "secret-6",
        "X-GitHub-Event": "push",
        "X-Own-Name": "name",
        "Ce-Type": "type",
    }

    cloud.ask(request("b", b"{}", source="sourceB", headers=sent, query={"a": ["1", "2"]}))

    [found] = kept(cloud)
    assert found["headers"] == {
        "content-type": ["application/json"],
        "x-github-event": ["push"],
        "x-own-name": ["name"],
        "ce-type": ["type"],
    }
    assert found["query"] == {"a": ["1", "2"]}
    assert found["request_id"] == REQUEST_ID
    assert api_key("sourceB") not in json.dumps(found)


@pytest.mark.parametrize("by", ["rule", "ignore"])
def test_a_header_with_a_token_is_not_kept_even_if_an_expression_reads_it(
    cloud: Cloud, by: str
) -> None:
    text = 'headers."x-gitlab-token" == `"other"`'
    rule, ignore = (RULE | {"when": text}, None) if by == "rule" else (RULE, text)
    set_rules(cloud, rule, ignore=ignore)
    headers = {"X-Gitlab-Token": "secret-1", "X-Gitlab-Event": "Push Hook"}
    query = {"access_token": ["secret-2"], "page": ["1"]}

    cloud.ask(request("b", b"{}", source="sourceB", headers=headers, query=query))

    [found] = kept(cloud)
    assert found["headers"]["x-gitlab-event"] == ["Push Hook"]
    assert found["query"] == {"page": ["1"]}
    assert "secret" not in json.dumps(found)


def test_a_caller_of_the_gateway_cannot_ask_for_a_redrive(cloud: Cloud, said: Said) -> None:
    event = request("b", {"redrive": {"request": {}}}, source="sourceB")

    response = cloud.ask(event | {"redrive": {"request": {}}})

    assert response.status == 202
    assert response.document["errors"][0]["reason"] == "unmatched"
    assert any("RequestQuarantined" in line for line in said())
