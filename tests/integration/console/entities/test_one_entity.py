"""The page of an entity shows its fields, its last event and its relations."""

import re

import httpx
import pytest

from tests.integration.cloud import Cloud
from tests.integration.console.reading import text_of
from tests.support import people
from tests.support.factories import CANARY, contract, equipment, event, milestone

PARTS = {"source": "sourceA", "entity_name": "EQUIPMENT"}


def test_fields_event_and_references_are_shown(cloud: Cloud, console: httpx.Client) -> None:
    cloud.store(event(contract("c-1"), id="x 7"), event(equipment(contract_id="c-1"), **PARTS))

    of_contract = console.get("/entities/CONTRACT/c-1")
    of_equipment = console.get("/entities/EQUIPMENT/e-1")

    assert "contract_name Turbines" in text_of(of_contract)
    assert "source sourceB time 2026-01-31T12:00:00.000000Z" in text_of(of_contract)
    assert '<a href="/trace?id=x+7&amp;entity=CONTRACT%2Fc-1">x 7</a>' in of_contract.text
    assert '<a href="/sources/sourceB">sourceB</a>' in of_contract.text
    assert '<a href="/entities/CONTRACT/c-1">c-1</a>' in of_equipment.text
    assert "ingest get EQUIPMENT e-1" in text_of(of_equipment)


def test_relations_are_a_tree_whose_parts_are_read_when_they_open(
    cloud: Cloud, console: httpx.Client
) -> None:
    cloud.store(
        event(contract("c-1")),
        event(milestone("m/1"), id="m", source="sourceC", entity_name="MILESTONE"),
        event(equipment("e-1", contract_id="c-1", parent_equipment_id="e-9"), **PARTS),
    )

    page = console.get("/entities/CONTRACT/c-1")
    branches = re.findall(r'hx-get="([^"]+)"', page.text)
    branch = console.get(branches[0].replace("&amp;", "&"))

    assert "Referred to by EQUIPMENT e-1 by contract_id" in text_of(page)
    assert "MILESTONE m/1 by contract_id" in text_of(page)
    assert "ingest related CONTRACT c-1" in text_of(page)
    assert text_of(branch) == "Refers to EQUIPMENT e-9 by parent_equipment_id missing"


def test_relations_come_in_pages(cloud: Cloud, console: httpx.Client) -> None:
    ids = [f"e-{number}" for number in range(100, 170)]
    parts = (event(equipment(each, contract_id="c-1"), id=each, **PARTS) for each in ids)
    cloud.store(event(contract("c-1")), *parts)

    first = console.get("/entities/CONTRACT/c-1")
    [more] = re.findall(r'<a href="([^"]+)">More relations</a>', first.text)
    second = console.get(more.replace("&amp;", "&"))

    found = re.findall(r'href="/entities/EQUIPMENT/(e-\d+)"', first.text + second.text)
    assert found == ids


@pytest.mark.parametrize("entity_id", [".", "..", "a/../b", "c#1", "ö ?&%2F", "a\nb"])
def test_an_id_of_any_characters_has_a_page(
    cloud: Cloud, console: httpx.Client, entity_id: str
) -> None:
    is_valid = "#" not in entity_id and "\n" not in entity_id
    if is_valid:
        cloud.store(event(contract(entity_id)))

    response = console.get("/entities", params={"entity": "CONTRACT", "open": entity_id})

    assert response.status_code == (200 if is_valid else 404)
    assert ("contract_name Turbines" in text_of(response)) is is_valid


def test_an_entity_that_is_not_stored_says_so(console: httpx.Client) -> None:
    response = console.get("/entities/CONTRACT/c-9")

    assert response.status_code == 404
    assert "local has no CONTRACT 'c-9': `ingest list CONTRACT` prints the ids" in text_of(response)


@pytest.mark.parametrize("name", ["TOY", "A" * 5000, "A" * 2000])
@pytest.mark.parametrize("part", ["", "related/"])
def test_a_name_that_no_entity_has_is_refused(console: httpx.Client, part: str, name: str) -> None:
    response = console.get(f"/entities/{part}{name}/c-1")

    assert response.status_code == 422
    assert f"no entity '{name}': there are CONTRACT" in text_of(response)


def test_personal_data_is_shown_on_request(
    cloud: Cloud, console: httpx.Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with people.known(tmp_path_factory.mktemp("entities")):
        cloud.serve("operator")
        cloud.store(event(people.person(), entity_name="PERSON", source="operator"))
        hidden = [console.get(p) for p in ("/entities/PERSON/p-1", "/entities?entity=PERSON")]
        shown = console.get("/entities/PERSON/p-1?personal=1")

    assert not any(CANARY in page.text for page in hidden)
    assert "[hidden]" in hidden[0].text
    assert f"Jo {CANARY}" in shown.text
    assert "ingest get --show-personal PERSON p-1" in text_of(shown)
