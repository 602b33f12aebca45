"""The page of a list shows what `ingest list` prints, page by page."""

import re
from typing import Any

import httpx
import pytest

from ingestion.cli.console.runtime import Runtime
from tests.integration.cloud import Cloud
from tests.integration.console.reading import text_of, texts_of
from tests.support.factories import contract, equipment, event
from tests.support.hostile import HOSTILE_TEXTS

PARTS = {"source": "sourceA", "entity_name": "EQUIPMENT"}


def ids_of(response: httpx.Response) -> list[str]:
    """Return the ids of the entities on a page of contracts."""
    return re.findall(r'href="/entities/CONTRACT/(c-\d+)"', response.text)


def test_the_entities_are_offered(console: httpx.Client) -> None:
    response = console.get("/entities")

    assert '<a href="/entities?entity=EQUIPMENT">EQUIPMENT</a>' in response.text
    assert "A piece of equipment" in text_of(response) or "A site, a line" in text_of(response)


def test_all_entities_come_in_pages_by_id(cloud: Cloud, console: httpx.Client) -> None:
    wanted = [f"c-{number}" for number in range(100, 220)]
    cloud.store(*(event(contract(each), id=each) for each in wanted))
    found, pages = [], 0

    response = console.get("/entities", params={"entity": "CONTRACT"})
    while True:
        found += ids_of(response)
        pages += 1
        following = re.search(r'<a href="([^"]+)" rel="next">', response.text)
        if not following:
            break
        response = console.get(following[1].replace("&amp;", "&"))

    assert (found, pages) == (wanted, 3)
    assert '<a href="/entities?entity=CONTRACT">First page</a>' in response.text
    assert "Previous" not in text_of(response)
    assert "ingest list CONTRACT" in text_of(response)


def test_a_list_shows_fields_times_sources_and_references(
    cloud: Cloud, console: httpx.Client
) -> None:
    cloud.store(event(equipment("a/b", contract_id="c-1", cat_id="x" * 100_000), **PARTS))

    response = console.get("/entities", params={"entity": "EQUIPMENT"})

    assert '<a href="/entities/EQUIPMENT/a%2Fb">a/b</a>' in response.text
    assert '<a href="/entities/CONTRACT/c-1">c-1</a>' in response.text
    assert texts_of(response).count("2026-01-31 12:00:00Z") == 1
    assert len(response.text) < 20_000


def test_filters_select_entities_and_are_in_the_command(
    cloud: Cloud, console: httpx.Client
) -> None:
    cloud.store(event(contract("c-1")), event(contract("c-2"), source="operator"))

    by_source = console.get("/entities", params={"entity": "CONTRACT", "source": "operator"})
    by_time = console.get("/entities", params={"entity": "CONTRACT", "since": "1h"})

    assert ids_of(by_source) == ["c-2"]
    assert sorted(ids_of(by_time)) == ["c-1", "c-2"]
    assert "ingest list --source operator CONTRACT" in text_of(by_source)
    assert "ingest list --changed-since 1h CONTRACT" in text_of(by_time)
    assert "ingest entities reindex" in text_of(by_time)


def test_columns_are_chosen_as_in_the_command(cloud: Cloud, console: httpx.Client) -> None:
    cloud.store(event(contract("c-1")))
    query = {"entity": "CONTRACT", "columns": "contract_name,time"}

    response = console.get("/entities", params=query)

    assert re.findall(r'<th scope="col">([^<]+)</th>', response.text) == ["contract_name", "time"]
    assert "unknown column" in text_of(console.get("/entities", params=query | {"columns": "x"}))


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({"entity": "CONTRAKT"}, 422, "no entity 'CONTRAKT': there are CONTRACT"),
        ({"source": "sourceX"}, 422, "local has no source 'sourceX'"),
        ({"since": "soon"}, 422, "'soon' must be an age such as 30m"),
        ({"entity": "A" * 5000}, 422, "no entity 'AAA"),
        ({"entity": "A" * 2000}, 422, "no entity 'AAA"),
        ({"since": "9999-12-31T23:59:59-23:59"}, 422, "must be an age such as 30m"),
        ({"cursor": "abc"}, 422, "the cursor in the address is of another list"),
        ({}, 200, "No entity matches."),
    ],
)
def test_what_cannot_be_listed_is_said_in_a_sentence(
    console: httpx.Client, query: dict[str, str], status: int, sentence: str
) -> None:
    response = console.get("/entities", params={"entity": "CONTRACT"} | query)

    assert response.status_code == status
    assert sentence in text_of(response)


@pytest.mark.parametrize("value", HOSTILE_TEXTS)
def test_a_value_is_never_markup(cloud: Cloud, console: httpx.Client, value: str) -> None:
    cloud.store(event(contract("c-1", contract_name=value)))

    for path in ("/entities?entity=CONTRACT", "/entities/CONTRACT/c-1"):
        response = console.get(path)

        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert "<img" not in response.text
        assert not set("\0\u202e\x1b") & set(response.text)


def test_an_id_is_opened_from_the_list(cloud: Cloud, console: httpx.Client) -> None:
    cloud.store(event(contract("a b/c")))

    response = console.get("/entities", params={"entity": "CONTRACT", "open": "a b/c"})

    assert response.url.raw_path == b"/entities/CONTRACT/a%20b%2Fc"
    assert "CONTRACT a b/c" in text_of(response)


def test_an_opened_id_shows_personal_data_if_the_list_does(
    cloud: Cloud, console: httpx.Client
) -> None:
    cloud.store(event(contract("c-1")))
    query = {"entity": "CONTRACT", "open": "c-1", "personal": "1"}

    response = console.get("/entities", params=query)

    assert response.url.params["personal"] == "1"


def test_a_list_without_a_filter_needs_no_expression(
    cloud: Cloud, runtime: Runtime, console: httpx.Client
) -> None:
    """The emulator interprets an expression for each item of the partition."""
    cloud.store(event(contract("c-1")))
    queries: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        queries.append(params)

    client = runtime.deployment.client("dynamodb")
    client.meta.events.register("provide-client-params.dynamodb.Query", note)
    response = console.get("/entities", params={"entity": "CONTRACT"})

    assert ids_of(response) == ["c-1"]
    assert [name for name in queries[0] if "Expression" in name] == []
