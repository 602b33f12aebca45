from http import HTTPStatus
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.http.http_problem import HttpProblem
from ingestion.http.paths import read_path


@pytest.mark.parametrize(
    ("path", "entity_id", "is_related"),
    [
        ("/entities/CONTRACT", "", False),
        ("/entities/CONTRACT/", "", False),
        ("/entities/CONTRACT/c-1", "c-1", False),
        ("/entities/CONTRACT/c-1/related", "c-1", True),
        ("/entities/CONTRACT/a/b/related", "a/b", True),
        ("/entities/CONTRACT/c-1/related/", "c-1/related/", False),
        ("/entities/CONTRACT/c-1%2Frelated", "c-1/related", False),
        ("/entities/CONTRACT/c-1%2frelated/related", "c-1/related", True),
        ("/entities/CONTRACT/related", "related", False),
        ("/entities/CONTRACT/related/related", "related", True),
        ("/entities/CONTRACT//related", "/related", False),
        ("/entities/CONTRACT/%252F", "%2F", False),
        ("/entities/CONTRACT/a+b", "a+b", False),
        ("/entities/%43ONTRACT/c-1", "c-1", False),
    ],
)
def test_a_path_names_an_entity_or_its_related_entities(
    path: str, entity_id: str, is_related: bool
) -> None:
    address = read_path(path)

    assert address.model.entity_name == "CONTRACT"
    assert address.entity_id == entity_id
    assert address.is_related == is_related


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_id_has_a_path(entity_id: str) -> None:
    path = f"/entities/CONTRACT/{quote(entity_id, safe='')}"

    entity, related = read_path(path), read_path(f"{path}/related")

    assert entity.entity_id == related.entity_id == entity_id
    assert not entity.is_related
    assert related.is_related


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/entities/ROCKET", HTTPStatus.NOT_FOUND),
        ("/entities/contract/c-1", HTTPStatus.NOT_FOUND),
        ("/entities/CONTRACT/%ff", HTTPStatus.BAD_REQUEST),
        ("/entities/CONTRACT/%ed%a0%80", HTTPStatus.BAD_REQUEST),
    ],
)
def test_a_path_of_an_unknown_entity_or_with_invalid_utf8_is_refused(
    path: str, status: HTTPStatus
) -> None:
    with pytest.raises(HttpProblem) as problem:
        read_path(path)

    assert problem.value.status == status
