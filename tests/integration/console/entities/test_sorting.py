"""The server sorts the list of entities: by id or by the time of the change, both ways."""

import re

import httpx
import pytest

from tests.integration.cloud import Cloud
from tests.integration.console.entities.test_lists import ids_of
from tests.integration.console.reading import text_of
from tests.integration.queries.stored_by_time import index_all, store_at

MANY = [f"c-{number}" for number in range(100, 220)]


def all_ids(console: httpx.Client, url: str) -> list[str]:
    """Return the ids of all pages of a list, from its first one."""
    response = console.get(url)
    found = ids_of(response)
    while following := re.search(r'<a href="([^"]+)" rel="next">', response.text):
        response = console.get(following[1].replace("&amp;", "&"))
        found += ids_of(response)
    return found


def header_of(response: httpx.Response, column: str) -> tuple[str | None, str]:
    """Return how the list is sorted by a column, and the URL of the header."""
    pattern = rf'<th scope="col"(?: aria-sort="(\w+)")?><a href="([^"]+)">{column}\b'
    found = re.search(pattern, response.text)
    assert found, response.text
    return found[1], found[2].replace("&amp;", "&")


def test_a_header_reverses_the_order_by_id_on_all_pages(
    cloud: Cloud, console: httpx.Client
) -> None:
    store_at(cloud, 1, *MANY)

    first = console.get("/entities?entity=CONTRACT")
    order, reverse = header_of(first, "contract_id")
    last = console.get(reverse)

    assert order == "ascending"
    assert header_of(last, "contract_id") == ("descending", "/entities?entity=CONTRACT&sort=id")
    assert all_ids(console, reverse) == MANY[::-1]
    assert "ingest list --sort -id CONTRACT" in text_of(last)


@pytest.mark.parametrize("order", ["changed", "-changed"])
def test_entities_are_sorted_by_the_time_of_their_change(
    cloud: Cloud, console: httpx.Client, order: str
) -> None:
    store_at(cloud, 2, *MANY[:50])
    store_at(cloud, 1, *MANY[50:])
    store_at(cloud, 3, "c-170", id="again")
    index_all(cloud)

    found = all_ids(console, f"/entities?entity=CONTRACT&sort={order}")

    oldest_first = [*(each for each in MANY[50:] if each != "c-170"), *MANY[:50], "c-170"]
    assert found == (oldest_first if order == "changed" else oldest_first[::-1])


def test_a_list_since_a_time_is_sorted_by_it_and_keeps_its_filters(
    cloud: Cloud, console: httpx.Client
) -> None:
    store_at(cloud, 1, "c-1", source="operator")
    store_at(cloud, 2, "c-2")
    store_at(cloud, 3, "c-3", "c-4", source="operator")
    index_all(cloud)
    url = "/entities?entity=CONTRACT&source=operator&since=2026-01-31T12:00:02Z"

    order, reverse = header_of(console.get(url), "changed")
    page = console.get(reverse)
    by_id = console.get(header_of(page, "contract_id")[1])

    assert order == "ascending"
    assert ids_of(page) == ["c-4", "c-3"]
    assert header_of(page, "changed")[0] == "descending"
    assert (ids_of(by_id), header_of(by_id, "contract_id")[0]) == (["c-3", "c-4"], "ascending")
    assert '<input type="hidden" name="sort" value="-changed">' in page.text
    assert "--source operator --changed-since 2026-01-31T12:00:02Z --sort -changed" in text_of(page)


def test_without_all_rows_in_the_index_the_order_of_time_names_the_command(
    cloud: Cloud, console: httpx.Client
) -> None:
    store_at(cloud, 1, "c-1")

    response = console.get("/entities?entity=CONTRACT&sort=changed")

    assert response.status_code == 422
    assert "rows are missing in the order of time: run `ingest entities reindex" in text_of(
        response
    )


def test_an_unknown_order_is_refused(console: httpx.Client) -> None:
    response = console.get("/entities?entity=CONTRACT&sort=contract_name")

    assert response.status_code == 422
    assert "sort must be one of: id, -id, changed, -changed" in text_of(response)
