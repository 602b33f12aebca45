import pytest

from ingestion.http.cached import cacheable_response

DOCUMENT = {"id": "c-1"}
LARGE = {"id": "c" * 2_000}


def tag(**headers: str) -> str:
    """Return the ETag of the document for a request with these headers."""
    return str(cacheable_response(DOCUMENT, sent(**headers)).headers["ETag"])


def sent(**headers: str) -> dict[str, str]:
    """Return request headers with names in lower case."""
    named = {"Accept": "*/*"} | headers
    return {name.replace("_", "-").lower(): value for name, value in named.items()}


def test_equal_documents_have_equal_tags_and_different_documents_have_different_tags() -> None:
    other = cacheable_response({"id": "c-2"}, sent()).headers["ETag"]

    assert tag() == tag()
    assert tag() != other
    assert tag().startswith('"')


@pytest.mark.parametrize(
    "condition",
    [
        "{}",
        "W/{}",
        '"x", {}',
        '"x",{},"y"',
        'W/"x" , W/{}',
        "*",
        " * ",
    ],
)
def test_a_caller_that_has_the_document_gets_304_without_a_body(condition: str) -> None:
    response = cacheable_response(DOCUMENT, sent(If_None_Match=condition.format(tag())))

    assert response.status_code == 304
    assert response.body == ""
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize("condition", ["", '"x"', 'W/"x"', "x", '"', '"*"', "W/*"])
def test_a_caller_that_has_another_document_gets_the_document(condition: str) -> None:
    response = cacheable_response(DOCUMENT, sent(If_None_Match=condition))

    assert response.status_code == 200


def test_a_tag_without_quotes_is_ignored() -> None:
    response = cacheable_response(DOCUMENT, sent(If_None_Match=tag().strip('"')))

    assert response.status_code == 200


def test_only_an_entity_has_a_last_modified_date() -> None:
    entity = DOCUMENT | {"event": {"stored_at": "2026-01-31T12:00:00.999999Z"}}

    dates = [
        cacheable_response(document, sent()).headers.get("Last-Modified")
        for document in (entity, DOCUMENT, DOCUMENT | {"event": None})
    ]

    assert dates == ["Sat, 31 Jan 2026 12:00:00 GMT", None, None]


def test_a_compressed_response_has_its_own_tag() -> None:
    plain = cacheable_response(LARGE, sent())
    compressed = cacheable_response(LARGE, sent(Accept_Encoding="gzip"))

    assert not plain.compress
    assert compressed.compress
    assert plain.headers["ETag"] != compressed.headers["ETag"]
