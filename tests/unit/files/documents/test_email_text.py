"""The text of e-mails, written by Python's own library and as programs send them."""

from email.message import EmailMessage

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.documents.email_text import read_email


def text_of(content: bytes) -> str:
    """Return the text of an e-mail that is read as a whole."""
    found = read_email(content)
    assert found.faults == []
    return found.text


def message(**headers: str) -> EmailMessage:
    found = EmailMessage()
    fields = {"From": "Ann <ann@example.com>", "Subject": "Übergabe"} | headers
    for name, value in fields.items():
        found[name] = value
    return found


def test_headers_text_and_the_names_of_attachments_are_read() -> None:
    mail = message(To="bob@example.com", Date="Sat, 31 Jan 2026 12:00:00 +0000")
    mail.set_content("The gearbox is late.\n")
    mail.add_alternative("<p>The <b>gearbox</b> is late in HTML.</p>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Prüfung.pdf")

    assert text_of(mail.as_bytes()).split("\n") == [
        "From: Ann <ann@example.com>",
        "To: bob@example.com",
        "Date: Sat, 31 Jan 2026 12:00:00 +0000",
        "Subject: Übergabe",
        "The gearbox is late.",
        "",
        "Attachment: Prüfung.pdf",
    ]


def test_an_e_mail_that_has_only_html_gives_its_text_without_scripts() -> None:
    mail = message()
    mail.set_content("<script>steal()</script><p>Seen</p>", subtype="html")

    text = text_of(mail.as_bytes())

    assert "Seen" in text
    assert "steal" not in text


def test_an_attached_e_mail_is_read_too() -> None:
    inner = message(Subject="Inner subject")
    inner.set_content("inner words")
    outer = message()
    outer.set_content("outer words")
    outer.add_attachment(inner)

    text = text_of(outer.as_bytes())

    assert "outer words" in text
    assert "Subject: Inner subject" in text
    assert "inner words" in text


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("iso-8859-1", b"Gr\xf6\xdfe"),
        ("no-such", b"Gr\xf6\xdfe"),
        ("utf-8", "Größe".encode()),
        ("utf-8", b"Gr\xf6\xdfe"),
        ("utf-8", "\x07\x07Größe".encode()),
        ("utf-16le", "Größe".encode("utf-16-le")),
        ("idna", b"Gr\xf6\xdfe"),
    ],
)
def test_a_body_is_read_in_its_charset_or_in_a_likely_one(charset: str, body: bytes) -> None:
    head = f"From: a@b\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()

    assert text_of(head + body).endswith("Größe")


def test_a_part_that_is_no_text_hides_no_other_part() -> None:
    mail = (
        b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        b"Content-Type: text/plain\n\n\x00\x01\x02\n--x\nContent-Type: text/plain\n\nseen\n--x--\n"
    )

    assert text_of(mail).rstrip().endswith("seen")


def multipart(kind: str, *parts: str) -> str:
    """Return a part that holds these parts."""
    boundary = f"b{len(''.join(parts))}"
    inner = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\n\n{inner}--{boundary}--\n"


def part_of(kind: str, text: str, **fields: str) -> str:
    """Return a part with this content."""
    headers = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return f"Content-Type: {kind}\n{headers}\n{text}"


HTML = part_of("text/html", "<p>words in HTML")
PLAIN = part_of("text/plain", "plain words")
PDF = part_of("application/pdf; name=a.pdf", "xx", Content_Disposition="inline; filename=a.pdf")
FORMS = {
    "an empty plain form": ([part_of("text/plain", " \n"), HTML], "words in HTML"),
    "an invitation": ([HTML, part_of("text/calendar", "BEGIN:VCALENDAR")], "words in HTML"),
    "only a calendar": ([part_of("text/calendar", "BEGIN:VCALENDAR")], "BEGIN:VCALENDAR"),
    "an unknown form": ([multipart("mixed", PLAIN), part_of("app/x", "xx")], "plain words"),
    "a nested file": (
        [PLAIN, multipart("mixed", HTML, PDF, HTML)],
        "plain words\nAttachment: a.pdf",
    ),
    "nothing": ([], ""),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_best_form_of_a_text_is_read_with_the_names_of_all_attachments(name: str) -> None:
    forms, expected = FORMS[name]

    text = text_of(f"From: a@b\n{multipart('alternative', *forms)}".encode())

    assert text.removeprefix("From: a@b").split() == expected.split()


def test_a_body_with_a_name_is_read() -> None:
    body = part_of('text/plain; name="message.txt"', "The words", Content_Disposition="inline")

    text = text_of(f"From: a@b\n{body}".encode())

    assert text == "From: a@b\nAttachment: message.txt\nThe words"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_headers_and_names_that_are_not_ascii_are_read(encoding: str) -> None:
    mail = (
        "From: Jürgen <j@x.de>\nSubject: Grüße =?utf-8?q?=C3=BC?=\n"
        'Content-Type: application/pdf; name="Prüfung.pdf"\n\nxx'
    )

    text = text_of(mail.encode(encoding))

    assert "From: Jürgen <j@x.de>" in text
    assert "Subject: Grüße" in text
    assert "Attachment: Prüfung.pdf" in text


@pytest.mark.parametrize("start", ["\ufeff", "\n", "\ufeff\r\n"])
def test_what_stands_before_the_headers_is_ignored(start: str) -> None:
    assert text_of(f"{start}From: a@b\n\nwords".encode()) == "From: a@b\nwords"


def test_lines_that_a_program_wrapped_within_words_are_joined() -> None:
    body = part_of("text/plain; format=flowed; delsp=yes", "Donau \nschiff\n-- \nAnn\n")

    assert text_of(f"From: a@b\n{body}".encode()).endswith("\nDonauschiff\n-- \nAnn\n")


TOO_LARGE = (
    "too_large",
    "the e-mail has more than 1000 parts or 50 levels of parts: save its attachments, and upload"
    " them on their own",
)


def test_an_e_mail_of_too_many_parts_is_refused() -> None:
    mail = f"From: a@b\n{multipart('mixed', *['x'] * 1_001)}"

    with pytest.raises(RefusedFile) as refusal:
        text_of(mail.encode())

    assert (refusal.value.reason, refusal.value.detail) == TOO_LARGE


def test_a_body_that_quotes_many_headers_is_read() -> None:
    assert "Content-Type" in text_of(b"From: a@b\n\n" + b"Content-Type: text/plain\n" * 2_000)


def nested(levels: int) -> bytes:
    parts = [
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n".encode() for n in range(levels)
    ]
    return b"From: a@b\n" + b"".join(parts) + b"Content-Type: text/plain\n\ndeep\n"


def test_an_e_mail_of_many_levels_is_read() -> None:
    assert text_of(nested(40)).rstrip().endswith("deep")


@pytest.mark.parametrize("levels", [60, 900, 20_000])
def test_an_e_mail_of_too_many_levels_is_refused(levels: int) -> None:
    with pytest.raises(RefusedFile) as refusal:
        text_of(nested(levels))

    assert (refusal.value.reason, refusal.value.detail) == TOO_LARGE


@pytest.mark.parametrize("content", [b"just words", b"Some: header\n\nbody", b"\n\n"])
def test_text_without_the_headers_of_an_e_mail_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedFile, match="no headers of an e-mail"):
        text_of(content)
