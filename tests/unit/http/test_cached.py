import pytest

from ingestion.http.cached import answer_kept

DOCUMENT = {"id": "c-1"}
LARGE = {"id": "c" * 2_000}


def tag(**headers: str) -> str:
    return str(answer_kept(DOCUMENT, sent(**headers)).headers["ETag"])


def sent(**headers: str) -> dict[str, list[str]]:
    """Headers as API Gateway hands them on."""
    named = {"Accept": "*/*"} | headers
    return {name.replace("_", "-"): [value] for name, value in named.items()}


def test_equal_documents_have_equal_tags_and_others_have_others() -> None:
    assert tag() == tag()
    assert tag() != answer_kept({"id": "c-2"}, sent()).headers["ETag"]
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
def test_a_caller_that_has_the_document_is_told_so(condition: str) -> None:
    answer = answer_kept(DOCUMENT, sent(If_None_Match=condition.format(tag())))

    assert (answer.status_code, answer.body) == (304, "")
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("condition", ["", '"x"', 'W/"x"', "x", '"', '"*"', "W/*"])
def test_a_caller_that_has_another_document_gets_this_one(condition: str) -> None:
    assert answer_kept(DOCUMENT, sent(If_None_Match=condition)).status_code == 200


def test_a_tag_without_quotes_is_none() -> None:
    assert answer_kept(DOCUMENT, sent(If_None_Match=tag().strip('"'))).status_code == 200


def test_tags_may_come_in_several_headers() -> None:
    headers = {"if-none-match": ['"x"', tag()]}

    assert answer_kept(DOCUMENT, headers).status_code == 304


def test_a_compressed_answer_has_a_tag_of_its_own() -> None:
    plain = answer_kept(LARGE, sent())
    packed = answer_kept(LARGE, sent(Accept_Encoding="gzip"))

    assert (plain.compress, packed.compress) == (False, True)
    assert plain.headers["ETag"] != packed.headers["ETag"]
