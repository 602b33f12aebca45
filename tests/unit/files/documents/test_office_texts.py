"""What separates the words of Word and PowerPoint, and the text of their SmartArt and charts."""

import pytest

from tests.unit.files.documents.office_files import TYPES, word, zipped
from tests.unit.files.documents.reading import read, refusal_of


def text_of(content: bytes) -> str:
    [text] = read(content)[1].texts
    return text


def test_symbols_and_hyphens_separate_words() -> None:
    text = text_of(
        word("<w:p><w:t>e</w:t><w:noBreakHyphen/><w:t>mail</w:t><w:sym/><w:t>x</w:t></w:p>")
    )

    assert text == "e-mail x"


@pytest.mark.parametrize(
    "between",
    [
        *("<w:tab/>", "<w:ptab/>", "<w:br/>", "<w:cr/>", "<w:pgNum/>", "<w:drawing/>"),
        *("<w:footnoteReference/>", "<w:endnoteReference/>", "<w:pict/>", "<w:object/>"),
        "</w:p></w:tc><w:tc><w:p>",
    ],
)
def test_what_separates_words_in_word_separates_them_in_the_text(between: str) -> None:
    body = f"<w:tbl><w:tc><w:p><w:t>one</w:t>{between}<w:t>two</w:t></w:p></w:tc></w:tbl>"

    assert text_of(word(body)).split() == ["one", "two"]


@pytest.mark.parametrize("between", ["<w:softHyphen/>", "<w:lastRenderedPageBreak/>", "<w:text/>"])
def test_what_only_breaks_a_line_of_word_breaks_no_word(between: str) -> None:
    assert text_of(word(f"<w:p><w:t>one</w:t>{between}<w:t>two</w:t></w:p>")) == "onetwo"


def test_a_fraction_and_the_rows_of_a_matrix_are_kept_apart() -> None:
    fraction = "<w:f><w:num><w:t>1</w:t></w:num><w:den><w:t>2</w:t></w:den></w:f>"
    rows = "<w:mr><w:t>3</w:t></w:mr><w:mr><w:t>4</w:t></w:mr>"

    assert text_of(word(f"<w:p>{fraction}{rows}</w:p>")) == "1/2\n3\n4"


SMART_ART = """<d:dataModel xmlns:d="d" xmlns:a="a"><d:ptLst>
<d:pt><d:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></d:t></d:pt>
<d:pt><d:t><a:p><a:r><a:t>Build</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"""
CHART = """<c:chart xmlns:c="c" xmlns:a="a"><c:title><a:p><a:t>Weights</a:t></a:p></c:title>
<c:cat><c:strRef><c:f>Sheet1!$A$2</c:f><c:strCache><c:ptCount val="2"/>
<c:pt idx="0"><c:v>Rotor</c:v></c:pt><c:pt idx="1"><c:v>Tower</c:v></c:pt>
</c:strCache></c:strRef></c:cat>
<c:val><c:numRef><c:numCache><c:pt><c:v>4711</c:v></c:pt></c:numCache></c:numRef></c:val>
</c:chart>"""
NEW_CHART = """<x:chart xmlns:x="x"><x:strDim><x:f>Sheet1!A1</x:f><x:lvl>
<x:pt>Rotor</x:pt><x:pt>Tower</x:pt></x:lvl></x:strDim></x:chart>"""
DRAWN = {
    f"{TYPES}drawingml.diagramData+xml": (SMART_ART, ["Plan", "Build"]),
    f"{TYPES}drawingml.chart+xml": (CHART, ["Weights", "Rotor", "Tower"]),
    "application/vnd.ms-office.chartex+xml": (NEW_CHART, ["Rotor", "Tower"]),
}
MAIN = f"{TYPES}presentationml.presentation.main+xml"


def types(parts: dict[str, str]) -> str:
    """Return the list of content types of these parts."""
    found = (f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in parts.items())
    return f"<T>{''.join(found)}</T>"


def slides(
    kind: str,
    drawing: str,
    relations: str = '<Relationship Id="a" Target="../d.xml"/>',
    text: str = "one",
    ids: str = '<sldId r:id="r1"/><sldId r:id="r2"/>',
) -> bytes:
    """Return two slides. The first one has a text, and refers to a drawing."""
    targets = "".join(f'<Relationship Id="r{n}" Target="slides/slide{n}.xml"/>' for n in (1, 2))
    parts = {
        "[Content_Types].xml": types({"ppt/p.xml": MAIN, "ppt/d.xml": kind}),
        "ppt/p.xml": f'<p xmlns:r="/relationships">{ids}</p>',
        "ppt/_rels/p.xml.rels": f"<R>{targets}</R>",
        "ppt/slides/slide1.xml": f"<s><t>{text}</t></s>",
        "ppt/slides/_rels/slide1.xml.rels": f"<R>{relations}</R>",
        "ppt/slides/slide2.xml": "<s><t>two</t></s>",
    }
    return zipped(parts | ({"ppt/d.xml": drawing} if drawing else {}))


def document(kind: str, drawing: str) -> bytes:
    """Return a Word file with a drawing."""
    main = f"{TYPES}wordprocessingml.document.main+xml"
    return zipped(
        {
            "[Content_Types].xml": types({"word/document.xml": main, "word/d.xml": kind}),
            "word/document.xml": "<d><p><t>words</t></p></d>",
            "word/d.xml": drawing,
        }
    )


@pytest.mark.parametrize("kind", DRAWN)
def test_the_text_of_a_drawing_is_read_with_its_slide(kind: str) -> None:
    drawing, expected = DRAWN[kind]

    _, pages = read(slides(kind, drawing))

    assert [page.split() for page in pages.texts] == [["one", *expected], ["two"]]
    assert pages.faults == []


@pytest.mark.parametrize("kind", DRAWN)
def test_the_text_of_a_drawing_is_read_with_its_word_file(kind: str) -> None:
    drawing, expected = DRAWN[kind]

    _, pages = read(document(kind, drawing))

    assert [page.split() for page in pages.texts] == [["words", *expected]]


@pytest.mark.parametrize(
    ("kind", "comment"),
    [
        (
            f"{TYPES}presentationml.comments+xml",
            "<c><cm><text>why?</text></cm><cm><text>so</text></cm></c>",
        ),
        ("application/vnd.ms-powerpoint.comments+xml", "<c><p><t>why?</t></p><p><t>so</t></p></c>"),
    ],
)
def test_the_comments_of_a_slide_are_read(kind: str, comment: str) -> None:
    _, pages = read(slides(kind, comment))

    assert [page.split() for page in pages.texts] == [["one", "why?", "so"], ["two"]]


CHART_KIND = f"{TYPES}drawingml.chart+xml"


@pytest.mark.parametrize(
    "drawing",
    ["<c", "<c></d>", '<!DOCTYPE c [<!ENTITY x "y">]><c>&x;</c>', "<c>" * 600],
    ids=["cut off", "not closed", "entity", "deep"],
)
def test_a_damaged_drawing_harms_itself_only(drawing: str) -> None:
    _, pages = read(slides(CHART_KIND, drawing))
    _, found = read(document(CHART_KIND, drawing))

    assert pages.texts == ["one", "two"]
    assert pages.faults == [(1, "the chart cannot be read")]
    assert found.texts == ["words", ""]
    assert found.faults == [(2, "the chart cannot be read")]


def test_damaged_notes_do_not_hide_the_text_of_their_slide() -> None:
    _, pages = read(slides(f"{TYPES}presentationml.notesSlide+xml", "<n"))

    assert pages.texts == ["one", "two"]
    assert pages.faults == [(1, "the notes cannot be read")]


def test_a_picture_with_damaged_notes_is_a_page_without_text() -> None:
    kind = f"{TYPES}presentationml.notesSlide+xml"

    _, pages = read(slides(kind, "<n", text="", ids='<sldId r:id="r1"/>'))

    assert pages.texts == [""]
    assert pages.faults == [(1, "the notes cannot be read")]


def test_damaged_relations_do_not_hide_the_text_of_their_slide() -> None:
    _, pages = read(slides(CHART_KIND, CHART, "<Relationship/>"))

    assert pages.texts == ["one", "two"]
    assert pages.faults == [(1, "the notes, comments and drawings cannot be read")]


def test_a_drawing_that_is_missing_or_elsewhere_is_none() -> None:
    outside = '<Relationship Id="a" TargetMode="External" Target="../d.xml"/>'

    assert read(slides(CHART_KIND, ""))[1].faults == []
    assert read(slides(CHART_KIND, CHART, outside))[1].texts == ["one", "two"]


def test_a_drawing_that_many_relations_name_is_read_once() -> None:
    relations = "".join(f'<Relationship Id="a{n}" Target="../d.xml"/>' for n in range(5_000))

    _, pages = read(slides(CHART_KIND, CHART, relations))

    assert pages.texts[0].split() == ["one", "Weights", "Rotor", "Tower"]


def test_a_bomb_in_a_drawing_refuses_the_file() -> None:
    bomb = f"<c>{' ' * 70_000_000}</c>"

    assert refusal_of(slides(CHART_KIND, bomb)) == "unpacks_to_too_much"
    assert refusal_of(document(CHART_KIND, bomb)) == "unpacks_to_too_much"
