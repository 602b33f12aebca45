"""The pages that correct and delete an entity ask first, and do what the commands do."""

import re
from threading import Event

import boto3
import httpx
import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.gateway import Gateway
from tests.integration.conftest import AUDIT
from tests.integration.console.reading import finish, text_of
from tests.support.factories import contract, event, lines

CORRECT, DELETE = "/entities/correct/CONTRACT/c-1", "/entities/delete/CONTRACT/c-1"
WAIT_SECONDS = 60
EDITS = {"set": "contract_name=Pumps <b>"}


@pytest.fixture(autouse=True)
def _stored(cloud: Cloud, gateway: Gateway) -> None:  # noqa: ARG001 - every test needs it
    cloud.store(event(contract("c-1"), id="7"))


def audited() -> list[str]:
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    return [line["action"] for line in lines("\n".join(line["message"] for line in found))]


def etag_of(response: httpx.Response) -> str:
    [etag] = re.findall(r'name="etag" value="([^"]*)"', response.text)
    return str(etag).replace("&#34;", '"')


def send(console: httpx.Client, shown: httpx.Response) -> httpx.Response:
    """Press the button of the page, and return the page of the end."""
    return finish(console, console.post(shown.url.raw_path.decode(), data={"etag": etag_of(shown)}))


def test_a_correction_is_shown_before_it_is_sent(console: httpx.Client, gateway: Gateway) -> None:
    response = console.get(CORRECT, params=EDITS)

    assert "contract_name Turbines Pumps <b>" in text_of(response)
    assert "ingest put --set 'contract_name=Pumps <b>' CONTRACT c-1" in text_of(response)
    assert (gateway.corrections, audited()) == ([], [])


def test_a_correction_is_sent_audited_and_stored(
    cloud: Cloud, console: httpx.Client, gateway: Gateway
) -> None:
    gateway.before_corrections.append(lambda: actions.append(audited()))
    actions: list[list[str]] = []

    response = send(console, console.get(CORRECT, params=EDITS))

    assert "The correction is stored." in text_of(response)
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "Pumps <b>"
    assert actions == [["put_entity"]]


def test_the_form_leads_to_an_address_with_the_edits_only(console: httpx.Client) -> None:
    filled = {"value.contract_name": "", "value.contract_type": "works", "personal": "1"}

    response = console.get(CORRECT, params=filled)

    assert response.url.query == b"personal=1&set=contract_type%3Dworks"
    assert "contract_type goods works" in text_of(response)


def test_a_field_loses_its_value(cloud: Cloud, console: httpx.Client) -> None:
    stored = {"equipment_id": "e-1", "cat_id": "x", "contract_id": "c-1"}
    cloud.store(event(stored, source="sourceA", entity_name="EQUIPMENT"))

    shown = console.get("/entities/correct/EQUIPMENT/e-1", params={"unset.cat_id": "1"})
    send(console, shown)

    assert "cat_id x no value" in text_of(shown)
    assert "cat_id" not in cloud.rows()["EQUIPMENT#e-1"]


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({"set": "contract_type=toys"}, "CONTRACT 'c-1': contract_type: Input should be 'goods'"),
        ({"set": "colour=red"}, "CONTRACT has no field 'colour'"),
        ({"unset": "contract_name"}, "CONTRACT 'c-1': contract_name: Field required"),
        ({"set": "nothing"}, "must be PATH=VALUE"),
        ({"set": "contract_name:=["}, "takes JSON: EOF while parsing a list"),
    ],
)
def test_an_invalid_edit_is_refused_before_it_is_sent(
    console: httpx.Client, gateway: Gateway, edits: dict[str, str], sentence: str
) -> None:
    response = console.get(CORRECT, params=edits)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "Send the correction" not in text_of(response)
    assert "Show what changes…" in text_of(response)
    assert (gateway.corrections, audited()) == ([], [])


def test_equal_values_are_not_sent(console: httpx.Client) -> None:
    response = console.get(CORRECT, params={"set": "contract_name=Turbines"})

    assert "The entity has these values already" in text_of(response)
    assert "Send the correction" not in text_of(response)


@pytest.mark.parametrize("path", [CORRECT, DELETE])
def test_a_version_that_was_replaced_meanwhile_stays(
    cloud: Cloud, console: httpx.Client, gateway: Gateway, path: str
) -> None:
    shown = console.get(path, params=EDITS)
    newer = event(contract("c-1", contract_name="newer"), id="8", time="2026-01-31T12:00:01Z")
    cloud.store(newer)

    response = send(console, shown)

    assert "another event of CONTRACT 'c-1' was stored meanwhile" in text_of(response)
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "newer"
    assert (gateway.corrections, audited()) == ([], [])


@pytest.mark.parametrize("path", [CORRECT, DELETE])
def test_a_button_that_is_pressed_twice_sends_one_event(
    console: httpx.Client, gateway: Gateway, path: str
) -> None:
    may_be_stored = Event()

    def hold() -> None:
        may_be_stored.wait(WAIT_SECONDS)

    gateway.before_corrections.append(hold)
    shown = console.get(path, params=EDITS)
    url, form = shown.url.raw_path.decode(), {"etag": etag_of(shown)}

    pages = [console.post(url, data=form) for _ in range(2)]
    may_be_stored.set()
    ends = [text_of(finish(console, each)) for each in pages]

    assert pages[0].url == pages[1].url
    assert all("is stored." in end or "is deleted." in end for end in ends)
    assert (len(gateway.corrections), len(audited())) == (1, 1)


def test_a_version_that_is_replaced_while_the_api_reads_stays(
    cloud: Cloud, console: httpx.Client, gateway: Gateway
) -> None:
    newer = event(contract("c-1", contract_name="newer"), id="8", time="2026-01-31T12:00:01Z")
    gateway.before_corrections.append(lambda: cloud.store(newer))

    response = send(console, console.get(CORRECT, params=EDITS))

    assert "another event was stored meanwhile, so nothing was changed" in text_of(response)
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "newer"


def test_a_deletion_shows_what_is_deleted_and_deletes(cloud: Cloud, console: httpx.Client) -> None:
    shown = console.get(DELETE)
    before = audited()
    response = send(console, shown)

    assert "contract_name Turbines" in text_of(shown)
    assert "ingest delete CONTRACT c-1" in text_of(shown)
    assert "The entity is deleted." in text_of(response)
    assert "contract_name" not in cloud.rows()["CONTRACT#c-1"]
    assert (before, audited()) == ([], ["delete_entity"])


def test_nothing_is_sent_if_the_audit_log_cannot_be_written(
    console: httpx.Client, gateway: Gateway
) -> None:
    shown = console.get(CORRECT, params=EDITS)
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    response = send(console, shown)

    assert "ResourceNotFoundException" in text_of(response)
    assert gateway.corrections == []


@pytest.mark.parametrize("path", [CORRECT, DELETE])
def test_a_missing_or_unknown_entity_has_no_form(console: httpx.Client, path: str) -> None:
    missing = console.get(path.replace("c-1", "c-9"))
    unknown = console.get(path.replace("CONTRACT", "TOY"))

    assert (missing.status_code, unknown.status_code) == (404, 422)
    assert "local has no CONTRACT 'c-9'" in text_of(missing)
    assert "no entity 'TOY'" in text_of(unknown)


def test_a_refusal_of_the_api_is_one_sentence(console: httpx.Client, gateway: Gateway) -> None:
    gateway.answers = [(409, {"stored_time": "2026-01-31T12:00:00Z"})]

    response = send(console, console.get(CORRECT, params=EDITS))

    assert "a later event, of 2026-01-31T12:00:00Z, is stored" in text_of(response)
