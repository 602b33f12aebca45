"""XML as a payload, and documents that are made to take much time or memory."""

from typing import Any

import pytest

from ingestion.errors import TooManyValues
from ingestion.intake.xml_body import MAX_LEVELS, read_xml


@pytest.mark.parametrize(
    ("document", "payload"),
    [
        ("<a/>", {"a": None}),
        ("<a> x </a>", {"a": "x"}),
        ("<a><b>1</b></a>", {"a": {"b": "1"}}),
        ("<a><b>1</b><b>2</b><b/></a>", {"a": {"b": ["1", "2", None]}}),
        ('<a n="1">x</a>', {"a": {"@n": "1", "#text": "x"}}),
        ('<a n=""/>', {"a": {"@n": ""}}),
        ("<a>x<b/>y</a>", {"a": {"b": None, "#text": "xy"}}),
        ("<a><![CDATA[<b> & ]]>&amp;&#x41;</a>", {"a": "<b> & &A"}),
        ("<a><!-- c --><?pi x?>1</a>", {"a": "1"}),
        ('<p:a xmlns:p="u" xmlns="v" p:n="1"/>', {"p:a": {"@p:n": "1"}}),
        ('<a xmlns="u">x</a>', {"a": "x"}),
        ("<a>00042</a>", {"a": "00042"}),
    ],
)
def test_names_attributes_and_texts_are_kept(document: str, payload: Any) -> None:
    assert read_xml(document.encode(), 100) == payload


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_declared_encoding_is_read(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?><a>é</a>'

    assert read_xml(document.encode(encoding), 100) == {"a": "é"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("", "not XML: no element found: line 1, column 0"),
        ("<a>", "not XML: no element found"),
        ("<a>&b;</a>", "not XML: undefined entity"),
        ('{"a": 1}', "not XML: not well-formed"),
        ("<a>\x01</a>", "not XML: not well-formed"),
        ("<!DOCTYPE a><a/>", "XML with a document type"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "XML with a document type"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "XML with a document type"),
        ("<a>" * (MAX_LEVELS + 1), "the XML has over 200 levels: send at most 200"),
    ],
)
def test_what_cannot_be_read_is_refused(document: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        read_xml(document.encode(), 1_000)


@pytest.mark.parametrize("encoding", ["nope", "zlib", "rot13", "idna", "undefined", "euc_jp"])
def test_an_encoding_that_cannot_be_read_is_refused(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?><a/>'

    with pytest.raises(ValueError, match=r"an encoding that cannot be read: send UTF-8$"):
        read_xml(document.encode(), 100)


def test_elements_and_attributes_are_counted() -> None:
    document = b'<a n="1" m="2"><b/></a>'

    assert read_xml(document, 4)
    with pytest.raises(TooManyValues):
        read_xml(document, 3)
