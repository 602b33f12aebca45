"""The text of HTML pages."""

import pytest

from ingestion.files.documents.html_text import read_html, text_of_html
from tests.unit.files.documents.reading import read


def lines(page: str) -> list[str]:
    return [line.strip() for line in text_of_html(page).split("\n") if line.strip()]


def test_the_text_of_a_page_is_what_a_browser_shows() -> None:
    page = """<!DOCTYPE html><html><head><title>Turbine&nbsp;7</title>
    <style>.hidden { color: red }</style><script>alert("stolen")</script></head>
    <body><h1>Hand<b>over</b></h1><p>First
    line<br>second &amp; &#x6c;ast <img src=x alt="a rotor">
    <table><tr><td>Part</td><td>Weight</td></tr></table>
    <noscript>turn scripts on</noscript><template>later</template></body></html>"""

    assert lines(page) == [
        "Turbine 7",
        "Handover",
        "First line",
        "second & last a rotor",
        "Part",
        "Weight",
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<script>steal('a')</script>seen",
        "<SCRIPT type=x>steal()</SCRIPT >seen",
        "<style>steal</style>seen",
        "<svg><script>steal()</script></svg>seen",
        "<template><script>steal</script></template>seen",
        "<iframe srcdoc='steal'>steal</iframe>seen",
        "<!-- steal -->seen",
        "<script>steal('</p>')</script>seen",
        "<p onclick='steal()'>seen</p>",
        "seen<script>steal",
    ],
)
def test_scripts_styles_and_comments_are_no_text(page: str) -> None:
    assert lines(page) == ["seen"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>seen <script/>steal()</script> too",
        "<p>seen <SCRIPT src=x />steal('<p>')</SCRIPT> too",
        "<p>seen <style/>p{}</style> too",
        "<p>seen <template/>steal</template> too",
        "<p>seen <noscript/>steal</noscript> too",
        "<p>seen <iframe/>steal</iframe> too",
        "<p>seen <svg/> too",
        "<p>seen <svg><style/><script/></svg> too",
    ],
)
def test_a_slash_does_not_close_an_element_of_html(page: str) -> None:
    assert lines(page) == ["seen too"]


def test_a_slash_closes_an_element_of_xhtml() -> None:
    page = b"<html><script src='x'/><style/><p>seen</p></html>"

    assert read_html(page, is_xml=True).split() == ["seen"]
    assert read_html(b"<?xml version='1.0'?>" + page).split() == ["seen"]
    assert read(page, "a.xhtml")[1].texts == ["seen"]


def test_text_after_an_end_tag_that_nothing_opened_is_kept() -> None:
    assert lines("</script></svg>seen") == ["seen"]


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        ('<meta charset="cp1250">Łódź'.encode("cp1250"), None),
        (b'<meta http-equiv=x content="text/html; charset=iso-8859-2">' + b"\xa3\xf3d\xbc", None),
        ("Łódź".encode("cp1250"), "cp1250"),
        ('<?xml version="1.0" encoding="cp1250"?><p>Łódź'.encode("cp1250"), "cp1251"),
        ('<meta charset="zlib">Łódź'.encode(), None),
        ("Łódź".encode("utf-16"), None),
    ],
)
def test_the_encoding_of_a_page_is_the_one_that_it_declares(
    content: bytes, declared: str | None
) -> None:
    assert read_html(content, declared).strip() == "Łódź"


def test_a_page_in_a_7_bit_encoding_is_read() -> None:
    page = '<meta charset="iso-2022-jp"><p>日本語'.encode("iso2022_jp")

    assert read_html(page).strip() == "日本語"


@pytest.mark.parametrize(
    "page",
    [
        "<object data=a.swf><p>seen",
        "<svg><path d=''><p>seen",
        "<svg><title>hidden</title></svg>seen",
    ],
)
def test_an_element_that_is_not_closed_hides_no_more_than_in_a_browser(page: str) -> None:
    assert lines(page) == ["seen"]


def test_deeply_nested_elements_are_read() -> None:
    assert lines("<div>" * 100_000 + "deep" + "<svg>" * 10_000 + "hidden") == ["deep"]
