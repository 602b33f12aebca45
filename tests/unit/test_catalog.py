"""What a catalog of sources may contain."""

from typing import Any

import pytest

import entities
from ingestion.catalog import Catalog
from tests.support.factories import catalog, catalog_document

ROLE = "arn:aws:iam::123456789012:role/service/Sender"


def test_the_catalog_of_the_repository_is_valid() -> None:
    sources = catalog().sources

    assert {name: (source.path, source.entities) for name, source in sources.items()} == {
        "sourceA": ("a", ["EQUIPMENT"]),
        "sourceB": ("b", ["CONTRACT"]),
        "sourceC": ("c", ["MILESTONE"]),
        "documents": ("documents", ["DOCUMENT"]),
    }


def test_each_entity_has_a_source() -> None:
    sent = {entity for source in catalog().sources.values() for entity in source.entities}

    assert sent == set(entities.models())


def test_each_path_belongs_to_one_source() -> None:
    assert catalog().name_by_path == {
        "a": "sourceA",
        "b": "sourceB",
        "c": "sourceC",
        "documents": "documents",
    }


@pytest.mark.parametrize("minutes", [15, 1440, 1500, 10_080, None])
def test_a_source_may_state_how_often_it_sends(minutes: int | None) -> None:
    document = catalog_document()
    document["sources"]["sourceA"]["expect_every_minutes"] = minutes

    source = Catalog.model_validate(document).sources["sourceA"]

    assert source.expect_every_minutes == minutes


@pytest.mark.parametrize(
    "changes",
    [
        {"auth": "hmac"},
        {"auth": "iam", "principals": [ROLE, "arn:aws-us-gov:iam::210987654321:user/ann@x.org"]},
    ],
    ids=["hmac", "iam"],
)
def test_a_source_may_sign_its_requests(changes: dict[str, Any]) -> None:
    document = catalog_document()
    document["sources"]["sourceA"].update(changes)

    source = Catalog.model_validate(document).sources["sourceA"]

    assert source.auth == changes["auth"]


def test_a_catalog_may_have_three_hundred_sources() -> None:
    one = catalog_document()["sources"]["sourceA"]

    found = Catalog.model_validate(
        {"sources": {f"s{n}": one | {"path": f"p{n}"} for n in range(300)}}
    )

    assert found.name_by_path == {f"p{n}": f"s{n}" for n in range(300)}


def test_the_operator_may_send_each_entity_and_is_not_a_source() -> None:
    found = catalog()

    assert list(found.senders) == [*found.sources, "operator"]
    assert found.senders["operator"].entities == list(entities.models())
    assert "operator" not in found.name_by_path.values()
