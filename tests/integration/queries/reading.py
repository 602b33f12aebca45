"""Stored contracts, and how a reader walks through pages."""

from typing import Any

from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.support.factories import Json, contract, event

PROBLEM = "application/problem+json"


def stored_contracts(cloud: Cloud, *ids: str, **changes: Any) -> None:
    cloud.store(*(event(contract(contract_id), **changes) for contract_id in ids))


def walk(cloud: Cloud, path: str, **parameters: Any) -> list[Json]:
    """Return every page, by following the cursors."""
    pages: list[Json] = []
    cursor: Json = {}
    while not pages or cursor["cursor"]:
        response = cloud.read(path, query=parameters | cursor)
        assert response.status == 200, response.text
        pages.append(response.document)
        cursor = {"cursor": pages[-1]["next_cursor"]}
    return pages


def ids(pages: list[Json]) -> list[list[str]]:
    return [[item["id"] for item in page["items"]] for page in pages]


def assert_problem(response: Response, status: int, detail: str) -> None:
    assert response.status == status
    assert response.headers["Content-Type"] == PROBLEM
    assert response.document["status"] == status
    assert detail in response.document["detail"]
