from typing import Any

import pytest
from pydantic import ValidationError

import entities
from ingestion.catalog import Catalog
from ingestion.errors import RejectedRecord
from tests.support.factories import CANARY, catalog, catalog_document, contract, event

ROLE = "arn:aws:iam::123456789012:role/service/Sender"


def test_the_catalog_of_the_repository_is_valid() -> None:
    sources = catalog().sources

    assert {name: (source.path, source.entities) for name, source in sources.items()} == {
        "sourceA": ("a", ["EQUIPMENT"]),
        "sourceB": ("b", ["CONTRACT"]),
        "sourceC": ("c", ["MILESTONE"]),
    }


def test_each_entity_has_a_source() -> None:
    sent = {entity for source in catalog().sources.values() for entity in source.entities}

    assert sent == set(entities.models())


def test_each_path_belongs_to_one_source() -> None:
    assert catalog().name_by_path == {"a": "sourceA", "b": "sourceB", "c": "sourceC"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"paht": "a"}, ["sourceA.paht"], id="misspelt key"),
        pytest.param({"path": None}, ["sourceA.path"], id="no path"),
        pytest.param({"path": "A"}, ["sourceA.path"], id="capital in the path"),
        pytest.param({"path": "a/b"}, ["sourceA.path"], id="slash in the path"),
        pytest.param({"path": ""}, ["sourceA.path"], id="empty path"),
        pytest.param({"path": "b"}, ["path 'b'", "sourceA, sourceB"], id="path used twice"),
        pytest.param({"entities": ["ROCKET"]}, ["sourceA.entities", "'ROCKET'"], id="entity"),
        pytest.param({"entities": ["equipment"]}, ["'equipment'"], id="entity in small letters"),
        pytest.param({"entities": []}, ["sourceA.entities"], id="empty entities"),
        pytest.param({"entities": "EQUIPMENT"}, ["sourceA.entities"], id="entities as text"),
        pytest.param({"auth": "none"}, ["sourceA.auth"], id="no authentication"),
        pytest.param({"auth": "hmca"}, ["sourceA.auth"], id="unknown authentication"),
        pytest.param({"auth": "iam"}, ["sourceA", "principals"], id="no principals"),
        pytest.param({"auth": "iam", "principals": []}, ["sourceA", "principals"], id="empty"),
        pytest.param({"principals": [ROLE]}, ["sourceA", "principals"], id="a key and principals"),
        *(
            pytest.param({"auth": "iam", "principals": [arn]}, ["sourceA.principals"], id=f"{arn}")
            for arn in (
                *("*", 7, "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/*"),
                "arn:aws:sts::123456789012:assumed-role/Sender/me",
                "arn:aws:iam::123456789012:user/${aws:username}",
            )
        ),
        pytest.param({"rate_per_second": 0}, ["sourceA.rate_per_second"], id="no rate"),
        pytest.param({"rate_per_second": "50"}, ["sourceA.rate_per_second"], id="rate as text"),
        pytest.param({"burst": 5001}, ["sourceA.burst"], id="burst too large"),
        pytest.param({"expect_every_minutes": 14}, ["expect_every_minutes"], id="too often"),
        pytest.param(
            {"expect_every_minutes": 1470}, ["multiple of 60"], id="a day and a half hour"
        ),
        pytest.param({"expect_every_minutes": 10140}, ["expect_every_minutes"], id="over a week"),
        pytest.param({"expect_every_minutes": "60"}, ["expect_every_minutes"], id="time as text"),
        pytest.param({"max_ahead": "5"}, ["max_ahead", "30s, 5m or 2h"], id="duration, no unit"),
        pytest.param({"max_ahead": "25h"}, ["max_ahead", "24h"], id="duration over a day"),
        pytest.param({"max_ahead": 300}, ["max_ahead"], id="duration as a number"),
        pytest.param({"min_time": "1990"}, ["min_time", "RFC 3339"], id="a year"),
        pytest.param({"files": {"colums": {}}}, ["sourceA.files.colums"], id="misspelt files key"),
        pytest.param({"files": {"encoding": "latin-77"}}, ["latin-77", "utf-8"], id="encoding"),
        pytest.param({"files": {"encoding": "utf-7"}}, ["utf-7"], id="encoding beyond Unicode"),
        pytest.param({"files": {"encoding": "punycode"}}, ["punycode"], id="encoding of names"),
        pytest.param({"files": {"encoding": "undefined"}}, ["undefined"], id="no encoding"),
        pytest.param({"files": {"encoding": "base64"}}, ["base64"], id="encoding of no text"),
        pytest.param({"files": {"delimiter": ",,"}}, ["files.delimiter"], id="two delimiters"),
        pytest.param({"files": {"delimiter": '"'}}, ["files.delimiter"], id="quote as delimiter"),
        pytest.param({"files": {"entity": "CONTRACT"}}, ["files.entity"], id="another's entity"),
        pytest.param(
            {"files": {"columns": {"No": "number"}}},
            ["files.columns", "number", "equipment_id"],
            id="column for no field",
        ),
    ],
)
def test_an_invalid_entry_is_refused_with_its_name(
    changes: dict[str, Any], named: list[str]
) -> None:
    document = catalog_document()
    document["sources"]["sourceA"].update(changes)

    with pytest.raises(ValidationError) as error:
        Catalog.model_validate(document)

    missing = [name for name in named if name not in str(error.value)]
    assert not missing


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


@pytest.mark.parametrize("key", ["path", "entities", "auth"])
def test_a_missing_key_is_refused_with_its_name(key: str) -> None:
    document = catalog_document()
    del document["sources"]["sourceA"][key]

    with pytest.raises(ValidationError, match=rf"sourceA\.{key}\n +Field required"):
        Catalog.model_validate(document)


@pytest.mark.parametrize(
    "name",
    [
        *("unrouted", "Unrouted", "x-dlq", "x-subscriber", "SOURCEB"),
        *("operator", "Reader", "FILES", "changes"),
    ],
)
def test_a_source_name_that_the_platform_uses_is_refused(name: str) -> None:
    document = catalog_document()
    document["sources"][name] = document["sources"].pop("sourceA")

    with pytest.raises(ValidationError, match="names must differ by more than case"):
        Catalog.model_validate(document)


@pytest.mark.parametrize("path", ["entities", "docs"])
def test_a_path_that_the_platform_uses_is_refused(path: str) -> None:
    document = catalog_document()
    document["sources"]["sourceA"]["path"] = path

    with pytest.raises(ValidationError, match=f"path '{path}' is reserved"):
        Catalog.model_validate(document)


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


def test_an_event_of_the_operator_is_validated_like_any_event() -> None:
    entity = catalog().entity_of(event(contract(), source="operator"))

    assert entity.model_dump() == contract()
    with pytest.raises(RejectedRecord, match="invalid_entity"):
        catalog().entity_of(event(contract(contract_type=CANARY), source="operator"))


def test_the_rejection_of_an_unknown_source_lists_the_known_sources() -> None:
    with pytest.raises(RejectedRecord) as rejection:
        catalog().entity_of(event(contract(), source="sourceX"))

    assert rejection.value.reason == "unknown_source"
    assert "sourceA, sourceB, sourceC, operator" in rejection.value.detail


@pytest.mark.parametrize("name", ["", "7a", "source A", "source#A", "sourceÄ", "x" * 25])
def test_a_source_name_that_cannot_name_a_queue_is_refused(name: str) -> None:
    document = catalog_document()
    document["sources"][name] = document["sources"].pop("sourceA")

    with pytest.raises(ValidationError, match="should match pattern"):
        Catalog.model_validate(document)


@pytest.mark.parametrize(
    "document", [{"sources": {}}, {"sources": None}, {}, {"source": {}}], ids=str
)
def test_a_catalog_without_sources_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="sources"):
        Catalog.model_validate(document)


@pytest.mark.parametrize("entity_name", ["EQUIPMENT", "ROCKET", "contract", "", CANARY])
def test_a_source_sends_only_its_own_entities(entity_name: str) -> None:
    source = catalog().sources["sourceB"]

    with pytest.raises(RejectedRecord) as rejection:
        source.validate_entity(entity_name, contract(), delete=False, within="body")

    assert rejection.value.reason == "unknown_entity"
    assert rejection.value.detail == "entity_name: must name one of CONTRACT"


@pytest.mark.parametrize(
    ("data", "delete", "errors"),
    [
        pytest.param({"contract_id": "c-1"}, False, 3, id="upsert with the id alone"),
        pytest.param(contract(), True, 3, id="delete with the whole entity"),
        pytest.param(contract(contract_type=CANARY), False, 1, id="wrong type"),
        pytest.param({}, True, 1, id="delete of nothing"),
    ],
)
def test_the_errors_of_an_entity_name_their_place_in_the_document(
    data: dict[str, Any], delete: bool, errors: int
) -> None:
    source = catalog().sources["sourceB"]

    with pytest.raises(RejectedRecord) as rejection:
        source.validate_entity("CONTRACT", data, delete=delete, within="body")

    assert len(rejection.value.errors) == errors
    assert all(error.field.startswith("body.contract_") for error in rejection.value.errors)
    assert CANARY not in rejection.value.detail


def test_a_valid_entity_is_accepted() -> None:
    source = catalog().sources["sourceB"]

    entity = source.validate_entity("CONTRACT", contract(), delete=False, within="body")

    assert entity.model_dump() == contract()
