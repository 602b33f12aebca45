"""Which catalogs are refused, and that the message names the key."""

from typing import Any

import pytest
from pydantic import ValidationError

from ingestion.catalog import Catalog
from tests.support.factories import catalog_document

ROLE = "arn:aws:iam::123456789012:role/service/Sender"


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
        pytest.param({"entities": ["equipment"]}, ["'equipment'"], id="entity in lower case"),
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

    with pytest.raises(ValidationError, match=f"path '{path}' of sourceA is reserved"):
        Catalog.model_validate(document)


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
