"""The text of Word and PowerPoint files, and hostile ones."""

import pytest

from tests.unit.files.documents.office_files import TYPES, slides, word, zipped
from tests.unit.files.documents.reading import read, refusal_of, sample


def text_of(content: bytes) -> str:
    [text] = read(content)[1].texts
    return text


def test_a_word_file_is_one_page_with_tables_header_and_footer() -> None:
    text = text_of(sample("python-docx.docx"))

    lines = [line for line in text.split("\n") if line]
    assert lines == [
        "Handover of turbine 7",
        "The gearbox passed the acceptance test on the harbour.",
        *("Part", "Weight", "Rotor blade", "12.5 t"),
        *("Before", "after the break", "Confidential header", "Footer note"),
    ]


def test_each_slide_is_a_page_with_its_notes_in_the_order_of_the_presentation() -> None:
    _, pages = read(sample("python-pptx.pptx"))

    found = [[line for line in page.split("\n") if line] for page in pages.texts]
    assert found == [
        ["Schedule", "Crane arrives in May", "Budget", "4711", "Note 2 for the speaker"],
        ["Risks", "Storm season", "Note 3 for the speaker"],
        ["Kick-off", "The foundation is ready", "Note 1 for the speaker"],
    ]


def test_deleted_text_instructions_and_repeated_text_are_left_out() -> None:
    text = text_of(
        word(
            "<w:p><w:r><w:t>kept</w:t><w:tab/><w:t>too</w:t><w:delText>gone</w:delText>"
            "<w:instrText>HYPERLINK</w:instrText></w:r></w:p>"
            '<mc:AlternateContent xmlns:mc="urn:mc">'
            "<mc:Choice><w:p><w:t>box</w:t></w:p></mc:Choice>"
            "<mc:Fallback><w:p><w:t>box</w:t></w:p></mc:Fallback></mc:AlternateContent>"
        )
    )

    assert text == "kept\ttoo\nbox"


def test_text_that_was_moved_is_read_once() -> None:
    text = text_of(
        word(
            "<w:moveFrom><w:p><w:t>moved</w:t></w:p></w:moveFrom>"
            "<w:moveTo><w:p><w:t>moved</w:t></w:p></w:moveTo>"
        )
    )

    assert text == "moved"


def test_the_type_of_a_suffix_is_that_of_its_parts() -> None:
    types = (
        f'<T><Default Extension="XML" ContentType="{TYPES}wordprocessingml.document.main+xml"/></T>'
    )
    document = '<d xmlns:w="w"><w:p><w:t>words</w:t></w:p></d>'

    found = text_of(zipped({"[Content_Types].xml": types, "word/document.xml": document}))

    assert found == "words"


def test_a_slide_that_cannot_be_read_affects_no_other() -> None:
    _, pages = read(slides("<s><t>one</t></s>", "<s><t>two", "", "<s><t>four</t></s>"))

    assert pages.texts == ["one", "", "", "four"]
    assert [number for number, _ in pages.faults] == [2, 3]


def test_a_slide_that_is_too_large_refuses_the_presentation() -> None:
    assert refusal_of(slides("<s><t>one</t></s>", " " * 70_000_000)) == "unpacks_to_too_much"


def test_notes_that_cannot_be_read_do_not_hide_the_text_of_a_word_file() -> None:
    kind = f"{TYPES}wordprocessingml"
    types = "".join(
        f'<Override PartName="/{part}.xml" ContentType="{kind}.{end}+xml"/>'
        for part, end in {"document": "document.main", "notes": "footnotes"}.items()
    )
    document = '<d xmlns:w="w"><w:p><w:t>words</w:t></w:p></d>'

    _, pages = read(
        zipped(
            {"[Content_Types].xml": f"<T>{types}</T>", "document.xml": document, "notes.xml": "<n>"}
        )
    )

    assert pages.texts == ["words", ""]
    assert pages.faults == [(2, "the footnotes cannot be read")]


def test_a_file_with_a_password_is_refused_as_such() -> None:
    content = bytearray(word("<w:p/>"))
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert refusal_of(bytes(content)) == "encrypted"


@pytest.mark.parametrize(
    "kind",
    [
        f"{TYPES}wordprocessingml.document",
        f"{TYPES}wordprocessingml.template",
        "application/vnd.ms-word.document.macroEnabled",
        "application/vnd.ms-word.template.macroEnabledTemplate",
    ],
)
def test_templates_and_files_with_macros_are_read(kind: str) -> None:
    assert text_of(word("<w:p><w:t>words</w:t></w:p>", kind=kind)) == "words"


@pytest.mark.parametrize("macros", [False, True])
@pytest.mark.parametrize("name", ["presentation", "slideshow", "template"])
def test_slide_shows_and_templates_are_read_also_with_macros(name: str, macros: bool) -> None:
    kind = (
        f"application/vnd.ms-powerpoint.{name}.macroEnabled"
        if macros
        else f"{TYPES}presentationml.{name}"
    )

    assert text_of(slides("<s><t>words</t></s>", kind=kind)) == "words"


@pytest.mark.parametrize(
    "kind",
    [
        *(f"{TYPES}spreadsheetml.{name}" for name in ("sheet", "template")),
        *(f"application/vnd.ms-excel.{name}.macroEnabled" for name in ("sheet", "template")),
    ],
)
def test_workbooks_are_refused(kind: str) -> None:
    assert refusal_of(word("<w:p><w:t>words</w:t></w:p>", kind=kind)) == "unknown_format"


@pytest.mark.parametrize(
    ("prefix", "body"),
    [
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "<w:t>&x;</w:t>"),
        ('<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', "<w:t>&b;</w:t>"),
        ('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">', ""),
        ("", "<w:p>" * 600),
        ("", "<w:p " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>"),
        ("", f'<w:p a="{"x" * 3_000_000}"/>'),
        ("", "<w:p>"),
        ("", "\x00"),
    ],
    ids=["external", "laughs", "dtd", "deep", "names", "long tag", "not closed", "NUL"],
)
def test_hostile_xml_is_refused(prefix: str, body: str) -> None:
    assert refusal_of(word(body, prefix)) == "damaged_document"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert refusal_of(word(" " * 70_000_000)) == "unpacks_to_too_much"


def test_a_bomb_of_many_parts_is_refused() -> None:
    headers = [f"/word/header{n}.xml" for n in range(20)]
    kind = f"{TYPES}wordprocessingml"
    overrides = [f'<Override PartName="{h}" ContentType="{kind}.header+xml"/>' for h in headers]
    main = f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/>'
    part = f"<d>{' ' * 5_000_000}</d>"
    parts = {h.removeprefix("/"): part for h in [*headers, "/word/document.xml"]}

    bomb = zipped({"[Content_Types].xml": f"<T>{main}{''.join(overrides)}</T>"} | parts)

    assert refusal_of(bomb) == "unpacks_to_too_much"


def test_a_part_that_is_larger_than_it_declares_is_refused() -> None:
    content = bytearray(word(f"<w:p><w:t>{'words ' * 1_000}</w:t></w:p>"))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (100).to_bytes(4, "little")

    assert refusal_of(bytes(content)) == "damaged_document"


@pytest.mark.parametrize(
    "parts",
    [
        {"[Content_Types].xml": "<T"},
        {"[Content_Types].xml": "<T><Override/></T>"},
        {"ppt/presentation.xml": '<p><sldId id="1"/></p>'},
        {"ppt/presentation.xml": '<p xmlns:r="/relationships"><sldId r:id="rId9"/></p>'},
    ],
    ids=["types", "override", "no relation", "unknown relation"],
)
def test_a_package_that_lacks_its_parts_is_refused(parts: dict[str, str]) -> None:
    kind = f"{TYPES}presentationml.presentation.main+xml"
    types = f'<T><Override PartName="/ppt/presentation.xml" ContentType="{kind}"/></T>'

    assert refusal_of(zipped({"[Content_Types].xml": types} | parts)) == "damaged_document"
