"""A file that is not of its source's encoding is refused, or its wrong rows are rejected."""

import encodings.aliases
import io
import json
from codecs import BOM_UTF16_LE

import pytest
from pydantic import ValidationError

from ingestion.catalog import Catalog, Source
from ingestion.errors import RefusedFile
from ingestion.event import Event
from ingestion.files.mappers.row_result import RejectedRow, RowResult
from ingestion.files.parse import extract_rows
from ingestion.files.rows.lines import NOT_OF_ENCODING
from tests.support.factories import catalog_document, contract
from tests.support.invocations import upload

FORMS = ["csv", "tsv", "json", "jsonl"]
HEADER = "contract_id,contract_name,contract_type,contract_status"
TABLE = f"{HEADER}\nc-1,a,goods,active\nc-2,b,goods,active\n"


def source(encoding: str) -> Source:
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = {"encoding": encoding}
    return Catalog.model_validate(document).sources["sourceB"]


def allowed() -> list[Source]:
    """Return a source for each encoding of Python that the catalog allows."""
    found = []
    for name in sorted({*encodings.aliases.aliases.values(), "utf-16-le", "utf-32-be"}):
        try:
            found.append(source(name))
        except ValidationError:
            continue
    return found


ALLOWED = allowed()


def results(content: bytes, form: str, sender: Source) -> list[RowResult]:
    return list(extract_rows(io.BytesIO(content), form, upload(), sender))


def refusal(content: bytes, form: str, encoding: str) -> str:
    with pytest.raises(RefusedFile) as refused:
        results(content, form, source(encoding))
    return f"{refused.value.reason}: {refused.value.detail}"


def lines(*names: str) -> str:
    return "".join(json.dumps(contract(contract_name=n), ensure_ascii=False) + "\n" for n in names)


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_file_is_refused_in_each_encoding(form: str) -> None:
    for sender in ALLOWED:
        with pytest.raises(RefusedFile):
            results(b"", form, sender)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16")[:-1],
        TABLE.encode("utf-32"),
        bytes(range(256)) * 3,
        b"\xff\xfe\xfd\x80\x81\x00\xd8\x00\xdc" * 3,
    ],
    ids=["ASCII", "UTF-16 without mark", "cut", "UTF-32", "each byte", "high bytes"],
)
def test_no_content_raises_another_error_than_a_refusal(form: str, content: bytes) -> None:
    for sender in ALLOWED:
        try:
            found = results(content, form, sender)
        except RefusedFile as refused:
            assert refused.detail  # noqa: PT017  # Most encodings refuse, some read rows.
        else:
            assert all(isinstance(result, Event | RejectedRow) for result in found)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("content", [TABLE, "[]"])
def test_a_file_without_the_byte_order_mark_of_its_encoding_is_refused(
    form: str, encoding: str, content: str
) -> None:
    message = f"wrong_encoding: the file is not {encoding}: "

    assert refusal(content.encode(f"{encoding}-le"), form, encoding).startswith(message)
    assert refusal(content.encode(), form, encoding).startswith(message)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_that_ends_within_a_character_is_refused(form: str, encoding: str) -> None:
    content = lines("a", "b") if form == "jsonl" else TABLE
    content = content.replace(",", "\t") if form == "tsv" else content

    assert refusal(content.encode(encoding)[:-1], form, encoding) == (
        f"wrong_encoding: the file is not {encoding}: it ends within a character"
    )


def test_the_rows_before_the_cut_are_accepted() -> None:
    found = extract_rows(io.BytesIO(TABLE.encode("utf-16")[:-1]), "csv", upload(), source("utf-16"))

    assert isinstance(next(found), Event)
    with pytest.raises(RefusedFile, match="ends within a character"):
        next(found)


@pytest.mark.parametrize(
    ("encoding", "wrong"),
    [
        ("utf-8", b"\xff"),
        ("utf-8", b"\xed\xa0\x80"),
        ("cp1252", b"\x81"),
        ("ascii", b"\xe9"),
        ("shift_jis", b"\x80"),
        ("utf-16-le", b"\x00\xd8"),
        ("utf-16-be", b"\xdc\x00"),
        ("utf-32-le", b"\x00\x00\x11\x00"),
    ],
)
def test_a_wrong_byte_rejects_its_line_alone(encoding: str, wrong: bytes) -> None:
    mark = "#".encode(encoding)
    content = lines("a", "b#", "c").encode(encoding).replace(mark, wrong)

    one, two, three = results(content, "jsonl", source(encoding))

    assert isinstance(one, Event)
    assert isinstance(three, Event)
    assert isinstance(two, RejectedRow)
    assert two.rejection.detail == NOT_OF_ENCODING
    assert "b\ufffd" in json.loads(two.document)["row"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-le", "gb18030"])
def test_the_replacement_character_is_data_if_its_file_holds_it(encoding: str) -> None:
    [event] = results(lines("a\ufffd").encode(encoding), "jsonl", source(encoding))
    [row] = results(
        TABLE[:-20].replace(",a,", ",\ufffd,").encode(encoding), "csv", source(encoding)
    )

    assert isinstance(event, Event)
    assert event.data["contract_name"] == "a\ufffd"
    assert isinstance(row, Event)
    assert row.data["contract_name"] == "\ufffd"


@pytest.mark.parametrize(("form", "content"), [("json", "[%s]"), ("jsonl", "%s"), ("csv", TABLE)])
def test_a_mark_that_the_encoding_leaves_in_the_text_is_ignored(form: str, content: str) -> None:
    text = content.replace("%s", lines("a").strip()).encode("utf-16-le")

    first = results(BOM_UTF16_LE + text, form, source("utf-16-le"))[0]

    assert isinstance(first, Event)
    assert first.data == contract(contract_name="a")
