"""What a catalog may say about documents, and which source gets files directly in `uploads/`."""

from typing import Any

import pytest
from pydantic import ValidationError

from ingestion.catalog import Catalog
from tests.support.factories import Json, catalog, catalog_document

MAP = [{"entity": "DOCUMENT", "id": "id"}]


def with_documents(**changes: Any) -> Json:
    """Return a catalog whose source of documents has these changes."""
    document: Json = catalog_document()
    document["sources"]["documents"] |= changes
    return document


def refusal(document: Json) -> str:
    with pytest.raises(ValidationError) as error:
        Catalog.model_validate(document)
    return str(error.value)


def test_the_shipped_source_of_documents_is_the_default_source() -> None:
    found = catalog()

    assert found.default_source == "documents"
    assert found.document_sources == {"documents"}


def test_the_packaged_catalog_with_all_defaults_is_the_same() -> None:
    packaged = catalog().model_dump_json()

    assert Catalog.model_validate_json(packaged) == catalog()


def test_a_catalog_needs_no_default_source() -> None:
    found = Catalog.model_validate(with_documents(files={"format": "document"}))

    assert found.default_source is None


def test_a_source_of_rows_may_be_the_default_source() -> None:
    document = with_documents(files={"format": "document"})
    document["sources"]["sourceB"]["files"] = {"default": True}

    assert Catalog.model_validate(document).default_source == "sourceB"


def test_documents_may_have_an_encoding_and_be_one_of_several_entities() -> None:
    files = {"format": "document", "encoding": "cp1251", "entity": "DOCUMENT"}

    found = Catalog.model_validate(with_documents(entities=["CONTRACT", "DOCUMENT"], files=files))

    assert found.sources["documents"].files.encoding == "cp1251"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"map": MAP}, "map cannot stand beside files.format: document"),
        ({"files": {"columns": {"a": "name"}}}, "files.columns is for rows"),
        ({"files": {"ignore": ["a"]}}, "files.ignore is for rows"),
        ({"files": {"key": ["a"]}}, "files.key is for rows"),
        ({"files": {"time": "a"}}, "files.time is for rows"),
        ({"files": {"delimiter": ";"}}, "files.delimiter is for rows"),
        ({"entities": ["CONTRACT"]}, "files.format: document makes entities DOCUMENT only"),
        ({"entities": ["CONTRACT", "DOCUMENT"]}, "set files.entity or entities to DOCUMENT"),
        ({"files": {"default": "true"}}, "Input should be a valid boolean"),
        ({"files": {"format": "text"}}, "Input should be 'rows' or 'document'"),
    ],
)
def test_what_documents_cannot_have_is_refused_with_its_key(changes: Json, message: str) -> None:
    if "files" in changes:
        changes = {"files": {"format": "document"} | changes["files"]}

    assert message in refusal(with_documents(**changes))


def test_two_default_sources_are_refused_with_their_names() -> None:
    document = with_documents()
    document["sources"]["sourceB"]["files"] = {"default": True}

    assert "files.default is true for sourceB, documents: keep it for one" in refusal(document)


def test_a_source_named_documents_must_read_documents() -> None:
    assert "source 'documents' is for documents" in refusal(with_documents(files={}))


def test_the_path_search_is_reserved() -> None:
    assert "path 'search' of documents is reserved" in refusal(with_documents(path="search"))
