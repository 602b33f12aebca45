"""`ingest put` and `ingest delete` say in one sentence why a correction was refused."""

import json

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud
from tests.integration.commands.gateway import LOST, Gateway
from tests.integration.commands.output import message
from tests.integration.conftest import Ingest
from tests.support.factories import api_key, contract, event

C1 = ("CONTRACT", "c-1")
CHANGE = ("put", *C1, "--set", "contract_name=Pumps")


@pytest.fixture(autouse=True)
def _stored(cloud: Cloud, gateway: Gateway) -> None:  # noqa: ARG001 - every test needs it
    cloud.store(event(contract("c-1"), id="7"))


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["put", *C1], 2, "give either a FILE"),
        (["put", *C1, "-", "--set", "contract_name=x"], 2, "give either a FILE"),
        (["put", "CONTRAKT", "c-1", "-"], 2, 'did you mean "CONTRACT"?'),
        (["put", *C1, "--set", "contract_nam=x"], 2, 'did you mean "contract_name"?'),
        (["put", *C1, "--set", "contract_name"], 2, "must be PATH=VALUE"),
        (["put", *C1, "/nowhere"], 2, "/nowhere: No such file"),
        (["put", "CONTRACT", "c-9", "--set", "contract_name=x"], 3, "give a FILE with all its"),
        (["put", *C1, "-"], 2, "-: not JSON"),
        (["put", "CONTRACT", "c-9", "--set", "contract_name=x"], 3, "no CONTRACT 'c-9'"),
        (["delete", "CONTRACT", "c-9", "--yes"], 3, "no CONTRACT 'c-9'"),
        (["delete", "CONTRACTS", "c-1", "--yes"], 2, 'did you mean "CONTRACT"?'),
        (["delete", *C1], 2, "add --yes"),
    ],
)
def test_a_wrong_command_is_refused_before_anything_is_sent(
    run: Ingest, gateway: Gateway, arguments: list[str], code: int, text: str
) -> None:
    result = run(*arguments, stdin="{")

    assert result.exit_code == code
    assert text in message(result)
    assert gateway.corrections == []


@pytest.mark.parametrize(
    ("document", "text"),
    [("[]", "must be a JSON object"), ('{"contract_name": "[hidden]"}', "--show-personal")],
)
def test_a_document_that_is_no_entity_is_refused(run: Ingest, document: str, text: str) -> None:
    result = run("put", *C1, "-", stdin=document)

    assert result.exit_code == 2
    assert text in message(result)


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["sent", "dry run"])
@pytest.mark.parametrize(
    ("document", "text"),
    [
        ('{"contract_name": "P"}', "contract_type: Field required"),
        (
            '{"contract_id": "c-2", "contract_name": "P", "contract_type": "goods",'
            ' "contract_status": "active"}',
            "contract_id: must be the id",
        ),
    ],
)
def test_an_invalid_entity_is_refused_by_field(
    run: Ingest, options: list[str], document: str, text: str
) -> None:
    result = run("put", *C1, "-", *options, stdin=document)

    assert result.exit_code == 4
    assert f"CONTRACT 'c-1': {text}" in message(result)


@pytest.mark.parametrize(
    ("status", "document", "code", "text"),
    [
        (401, {}, 4, "which is from the outputs: run `make up`"),
        (403, {"message": "Forbidden"}, 4, "does not accept the operator's key"),
        (404, {"detail": "unknown entity name"}, 3, "HTTP 404: unknown entity name"),
        (409, {"stored_time": "2026-01-31T12:00:00Z"}, 4, "a later event, of 2026-01-31T12"),
        (412, {"detail": "another version"}, 4, "another event was stored meanwhile"),
        (413, {"detail": "too large"}, 4, "HTTP 413: too large"),
        (418, {}, 4, "HTTP 418: no reason given"),
    ],
)
@pytest.mark.parametrize("arguments", [CHANGE, ("delete", *C1, "--yes")], ids=["put", "delete"])
def test_a_refusal_of_the_api_is_one_sentence(
    run: Ingest,
    gateway: Gateway,
    arguments: tuple[str, ...],
    status: int,
    document: dict[str, object],
    code: int,
    text: str,
) -> None:
    gateway.answers = [(status, document)]

    result = run(*arguments)

    assert result.exit_code == code
    assert text in message(result)


def test_a_correction_needs_the_key_of_the_operator(
    run: Ingest, checkout: Checkout, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = checkout.outputs_file("local")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"api_keys": {}}))

    without = run(*CHANGE)
    monkeypatch.setenv("INGEST_KEY", api_key("operator"))
    found = run(*CHANGE)

    assert (without.exit_code, found.exit_code) == (2, 0)
    assert "the operator's key of local is unknown: set INGEST_KEY" in message(without)
    assert len(gateway.corrections) == 1


def test_a_correction_is_repeated_as_the_same_event_until_it_is_published(
    run: Ingest, gateway: Gateway
) -> None:
    gateway.answers = [(503, {})]

    result = run(*CHANGE)

    assert result.exit_code == 0, result.output
    first, second = gateway.corrections
    assert first["idempotency-key"] == second["idempotency-key"]


def test_a_correction_that_is_never_published_says_so(run: Ingest, gateway: Gateway) -> None:
    gateway.answers = [(503, {"detail": "not all events were published"})] * 4

    result = run(*CHANGE)

    assert result.exit_code == 5
    assert "not published: HTTP 503" in message(result)


@pytest.mark.parametrize("arguments", [CHANGE, ("delete", *C1, "--yes")], ids=["put", "delete"])
def test_a_correction_without_a_response_may_be_accepted(
    run: Ingest, gateway: Gateway, arguments: tuple[str, ...]
) -> None:
    gateway.answers = [(LOST, {})] * 4

    result = run(*arguments)

    assert result.exit_code == 5
    assert "the correction may be accepted. Run `ingest get CONTRACT c-1`" in message(result)


def test_the_key_of_the_variable_is_sent_and_named_if_it_is_refused(
    run: Ingest, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_KEY", api_key("sourceB"))

    result = run(*CHANGE)

    assert result.exit_code == 4
    assert "which is from INGEST_KEY: set it to the key of operator, or unset it" in message(result)
    assert gateway.corrections == []


def test_a_response_of_another_server_is_no_accepted_correction(
    run: Ingest, gateway: Gateway
) -> None:
    gateway.answers = [(202, {})]

    result = run(*CHANGE)

    assert result.exit_code == 4
    assert "HTTP 202: " in message(result)
    assert "/v1/entities/CONTRACT/c-1 is not the API" in message(result)


def test_a_404_that_is_not_of_the_api_is_no_missing_entity(
    run: Ingest, checkout: Checkout, gateway: Gateway
) -> None:
    file = checkout.outputs_file("local")
    outputs = json.loads(file.read_text()) | {"api_url": gateway.url.removesuffix("/v1")}
    file.write_text(json.dumps(outputs))

    result = run("put", "CONTRACT", "c-9", "-", "--dry-run", stdin=json.dumps(contract("c-9")))

    assert result.exit_code == 3
    assert message(result) == "HTTP 404: there is no such path and method"


def test_a_version_that_was_replaced_meanwhile_stays(
    cloud: Cloud, run: Ingest, gateway: Gateway
) -> None:
    newer = event(contract("c-1", contract_name="newer"), id="8", time="2026-01-31T12:00:01Z")
    gateway.before_corrections.append(lambda: cloud.store(newer))

    result = run(*CHANGE)

    assert result.exit_code == 4
    assert "another event was stored meanwhile" in message(result)
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "newer"
