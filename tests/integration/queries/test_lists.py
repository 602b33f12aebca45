"""Lists are ordered, paged by cursors and filtered."""

import pytest

from ingestion.http.cursor import Scope, write_cursor
from ingestion.store.reader import Position
from tests.integration.cloud import Cloud
from tests.integration.queries.reading import assert_problem, ids, stored_contracts, walk
from tests.support.factories import Json, contract, delete_event, equipment, event


def test_a_list_is_ordered_by_id_and_paged_by_cursors(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-3", "c-1", "c-5", "c-4", "c-2")
    cloud.store(event(equipment("e-1"), source="sourceA", entity_name="EQUIPMENT"))

    pages = walk(cloud, "CONTRACT", limit=2)

    assert ids(pages) == [["c-1", "c-2"], ["c-3", "c-4"], ["c-5"]]
    assert pages[0]["items"][0] == cloud.read("CONTRACT/c-1").document
    assert ids(walk(cloud, "CONTRACT")) == [["c-1", "c-2", "c-3", "c-4", "c-5"]]
    assert ids(walk(cloud, "CONTRACT/", limit=5)) == [["c-1", "c-2", "c-3", "c-4", "c-5"]]


def test_a_list_without_entities_is_empty(cloud: Cloud) -> None:
    assert cloud.read("CONTRACT").document == {"items": [], "next_cursor": None}


def test_a_cursor_stays_valid_when_entities_are_deleted_and_added(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1", "c-3", "c-5", "c-7")
    first = cloud.read("CONTRACT", query={"limit": 2}).document

    cloud.store(delete_event("c-3", time="2026-01-31T12:05:00Z"))
    stored_contracts(cloud, "c-2", "c-4")
    rest = cloud.read("CONTRACT", query={"cursor": first["next_cursor"]}).document

    assert ids([first, rest]) == [["c-1", "c-3"], ["c-4", "c-5", "c-7"]]


def test_a_list_can_be_filtered_by_source(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1", "c-3")
    stored_contracts(cloud, "c-2", source="operator")

    assert ids(walk(cloud, "CONTRACT", source="operator")) == [["c-2"]]
    assert ids(walk(cloud, "CONTRACT", source="sourceB", limit=1)) == [["c-1"], ["c-3"]]
    assert ids(walk(cloud, "CONTRACT", source="sourceX")) == [[]]


def test_a_list_can_be_filtered_by_time_of_change(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1")
    stored_contracts(cloud, "c-2")
    since = cloud.read("CONTRACT/c-2").document["event"]["stored_at"]
    cloud.store(event(contract("c-1"), time="2026-01-31T12:05:00Z"))

    assert ids(walk(cloud, "CONTRACT", changed_since=since)) == [["c-1", "c-2"]]
    later = cloud.read("CONTRACT/c-1").document["event"]["stored_at"]
    assert ids(walk(cloud, "CONTRACT", changed_since=later)) == [["c-1"]]
    assert ids(walk(cloud, "CONTRACT", changed_since=later, source="sourceA")) == [[]]
    assert ids(walk(cloud, "CONTRACT", changed_since="2999-01-01T01:00:00+02:00")) == [[]]


@pytest.mark.parametrize(
    ("path", "parameters", "detail"),
    [
        ("CONTRACT", {"limit": "0"}, "limit: Input should be greater than or equal to 1"),
        ("CONTRACT", {"limit": "1001"}, "limit: Input should be less than or equal to 1000"),
        ("CONTRACT", {"limit": "-1"}, "limit: Input should be greater than or equal to 1"),
        ("CONTRACT", {"limit": "1e2"}, "limit: must be a whole number"),
        ("CONTRACT", {"limit": ""}, "limit: must be a whole number"),
        ("CONTRACT", {"limit": "٣"}, "limit: must be a whole number"),
        ("CONTRACT", {"limit": "9" * 5000}, "limit: Input should be less than or equal to 1000"),
        ("CONTRACT", {"limit": [1, 2]}, "send each parameter once"),
        ("CONTRACT", {"changed_since": "yesterday"}, "changed_since: must be an RFC 3339 time"),
        ("CONTRACT", {"changed_since": "2026-01-31"}, "changed_since: must be an RFC 3339 time"),
        ("CONTRACT", {"source": "a b"}, "source: String should match"),
        ("CONTRACT", {"color": "red"}, "(parameters of this path: limit, cursor, source, changed"),
        ("CONTRACT", {"cursor": ""}, "cursor: must be a next_cursor"),
        ("CONTRACT/c-1/related", {"source": "sourceB"}, "(parameters of this path: limit, cursor)"),
        ("CONTRACT/c-1/related", {"cursor": "x"}, "cursor: must be a next_cursor"),
        ("CONTRACT/c-1", {"limit": "1"}, "(parameters of this path: none)"),
    ],
)
def test_an_invalid_parameter_gets_400_with_what_is_valid(
    cloud: Cloud, path: str, parameters: Json, detail: str
) -> None:
    stored_contracts(cloud, "c-1")

    assert_problem(cloud.read(path, query=parameters), 400, detail)


def test_a_cursor_is_valid_only_for_its_own_list(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1", "c-2")
    for number in (1, 2):
        made = equipment(f"e-{number}", contract_id="c-1")
        cloud.store(event(made, id=f"e{number}", source="sourceA", entity_name="EQUIPMENT"))
    cursor = cloud.read("CONTRACT", query={"limit": 1}).document["next_cursor"]
    related = cloud.read("CONTRACT/c-1/related", query={"limit": 1}).document["next_cursor"]

    assert cursor
    assert related
    for path, parameters in (
        ("CONTRACT", {"cursor": cursor, "source": "sourceB"}),
        ("CONTRACT", {"cursor": cursor, "changed_since": "2026-01-01T00:00:00Z"}),
        ("CONTRACT", {"cursor": related}),
        ("EQUIPMENT", {"cursor": cursor}),
        ("CONTRACT/c-1/related", {"cursor": cursor}),
        ("CONTRACT/c-2/related", {"cursor": related}),
        ("CONTRACT", {"cursor": cursor[:-1]}),
        ("CONTRACT", {"cursor": cursor + "A"}),
        ("CONTRACT", {"cursor": "WyJjLTEiXQ.c2lnbmF0dXJl"}),  # The signed form of earlier versions.
    ):
        assert_problem(cloud.read(path, query=parameters), 400, "cursor: must be a next_cursor")


@pytest.mark.parametrize(
    "position",
    [
        Position(""),
        Position("契約/7 #"),
        Position("", "refers_to", field="another"),
        Position("e-9", "referred_by", "EQUIPMENT", "another"),
        Position("e-9", "referred_by"),
        Position("e-9", "another"),
    ],
)
def test_a_cursor_that_a_caller_wrote_gets_200(cloud: Cloud, position: Position) -> None:
    stored_contracts(cloud, "c-1")

    scopes: dict[str, Scope] = {
        "CONTRACT": ["list", "CONTRACT", None, None],
        "CONTRACT/c-1/related": ["related", "CONTRACT", "c-1"],
    }
    for path, scope in scopes.items():
        response = cloud.read(path, query={"cursor": write_cursor(scope, position)})
        assert response.status == 200
