"""The encoding and the delimiter of a table are found from its text."""

import pytest

from ingestion.cli.sources.new.guesses.table_text import delimiter_of, encoding_of


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("id,n\n1,2\n", ","),
        ("id;n\n1;2,5\n2;3,5\n", ";"),
        ("id;n\n1;2\n", ";"),
        ("id\tn\n1\t2\n", "\t"),
        ("id|n|m\n1|2|3\n", "|"),
        ('"a;b",n\n"1;2",3\n', ","),
        ('id;n\n1;"two\nlines"\n', ";"),
        ("id;n\r\n\r\n1;2\r\n", ";"),
        ("a,b;c,d\n1,2;3,4\n", ","),
        ("id\n1\n", None),
        ("id;n\n1\n", None),
        ("", None),
        ('id;n\n1;"', None),
    ],
)
def test_the_delimiter_makes_equally_many_cells_in_each_row(
    text: str, delimiter: str | None
) -> None:
    assert delimiter_of(text) == delimiter


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"id,n\n", "utf-8-sig"),
        ("name\nGröße\n".encode(), "utf-8-sig"),
        ("\ufeffname\nGröße\n".encode(), "utf-8-sig"),
        ("name\nGröße €\n".encode("cp1252"), "cp1252"),
        ("name\nGröße\n".encode("utf-16"), "utf-16"),
        (b"name\n\x81\x8d\n", None),
    ],
)
def test_the_encoding_is_the_first_that_reads_all_bytes(
    content: bytes, encoding: str | None
) -> None:
    assert encoding_of(content) == encoding
