"""`ingest map` answers a handshake as the API does, also in samples."""

import json
from pathlib import Path

import pytest

from entities.declared.yaml_file import parse_yaml
from ingestion.cli.checkout import Checkout
from tests.integration.map_command.conftest import Map, Write

CATALOG = """\
sources:
  chat:
    path: chat
    entities: [EQUIPMENT]
    auth: hmac
    signature: slack
    on_invalid: quarantine
    handshake:
      when: payload.type == 'verification'
      answer: {challenge: payload.challenge, seen: "contains(keys(headers), 'x-slack-signature')"}
    map:
      - {entity: EQUIPMENT, id: payload.id, time: payload.at, fields: {cat_id: payload.category}}
"""
CHALLENGE = {"type": "verification", "challenge": "3eZbrw1a"}
EVENT = {"id": "e-1", "at": "2026-01-31T12:00:00Z", "category": "c-1"}
CHAT = ("--source", "chat")


@pytest.fixture(autouse=True)
def _chat(mapped_checkout: Checkout) -> None:
    mapped_checkout.catalog_file.write_text(CATALOG)


@pytest.fixture
def sample(write: Write) -> Path:
    """Return the expected file of a sample that is a handshake, beside a sample of an event."""
    write("config/samples/chat/event.json", EVENT)
    file = write("config/samples/chat/challenge.json", CHALLENGE)
    return file.with_name("challenge.expected.yaml")


def test_the_answer_to_a_handshake_is_shown(ingest_map: Map, write: Write) -> None:
    file = str(write("challenge.json", CHALLENGE))

    shown = ingest_map(file, *CHAT, "--coverage")
    result = ingest_map(file, *CHAT, "-o", "json", "--header", "X-Slack-Signature:v0=1")

    [payload] = json.loads(result.stdout)["payloads"]
    assert shown.exit_code == result.exit_code == 0
    assert 'is answered with {"challenge":"3eZbrw1a","seen":false}' in shown.stdout
    assert "1 payload, 1 answered" in shown.stderr
    assert payload["answer"] == {"challenge": "3eZbrw1a", "seen": False}
    assert (payload["unmatched"], payload["items"]) == (False, [])


def test_another_payload_of_the_source_makes_its_event(ingest_map: Map, write: Write) -> None:
    result = ingest_map(str(write("event.json", EVENT)), *CHAT, "-o", "json")

    [payload] = json.loads(result.stdout)["payloads"]
    assert (payload["answer"], len(payload["items"])) == (None, 1)


def test_two_handshakes_in_one_request_are_no_handshake(ingest_map: Map, write: Write) -> None:
    result = ingest_map(str(write("two.json", [CHALLENGE, CHALLENGE])), *CHAT)

    assert result.exit_code == 4
    assert "2 refused" in result.stderr


def test_a_sample_of_a_handshake_is_recorded_and_tested(ingest_map: Map, sample: Path) -> None:
    recorded = ingest_map("--record", *CHAT)
    checked = ingest_map("--check", *CHAT)

    [payload] = parse_yaml(sample.read_text())["payloads"]
    assert (recorded.exit_code, checked.exit_code) == (0, 0)
    assert payload == {"answer": {"challenge": "3eZbrw1a", "seen": False}}


def test_another_answer_than_the_expected_one_fails(ingest_map: Map, sample: Path) -> None:
    ingest_map("--record", *CHAT)
    sample.write_text(sample.read_text().replace("3eZbrw1a", "other"))

    result = ingest_map("--check", *CHAT)

    assert result.exit_code == 4
    assert (
        'payload 0: answer: expected {"challenge":"other","seen":false}, found'
        ' {"challenge":"3eZbrw1a","seen":false}'
    ) in result.stderr


def test_a_handshake_that_fails_is_refused_as_by_the_api(
    ingest_map: Map, write: Write, mapped_checkout: Checkout
) -> None:
    failing = CATALOG.replace("payload.type == 'verification'", "payload.size > payload.limit")
    mapped_checkout.catalog_file.write_text(failing)

    result = ingest_map(str(write("event.json", EVENT | {"size": 1, "limit": "x"})), *CHAT)

    assert result.exit_code == 4
    assert "the handshake of this source fails: " in result.stderr
