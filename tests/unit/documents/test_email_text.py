"""The text of e-mails, written by Python's own library and as programs send them."""

from email.message import EmailMessage

import pytest

from ingestion.documents.email_text import read_email
from ingestion.errors import RefusedFile


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

    assert read_email(mail.as_bytes()).split("\n") == [
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

    text = read_email(mail.as_bytes())

    assert "Seen" in text
    assert "steal" not in text


def test_an_attached_e_mail_is_read_too() -> None:
    inner = message(Subject="Inner subject")
    inner.set_content("inner words")
    outer = message()
    outer.set_content("outer words")
    outer.add_attachment(inner)

    text = read_email(outer.as_bytes())

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
        ("idna", b"Gr\xf6\xdfe"),
    ],
)
def test_a_body_is_read_in_its_charset_or_in_a_likely_one(charset: str, body: bytes) -> None:
    head = f"From: a@b\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()

    assert read_email(head + body).endswith("Größe")


def test_a_part_that_is_no_text_hides_no_other_part() -> None:
    mail = (
        b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        b"Content-Type: text/plain\n\n\x00\x01\x02\n--x\nContent-Type: text/plain\n\nseen\n--x--\n"
    )

    assert read_email(mail).rstrip().endswith("seen")


def nested(levels: int) -> bytes:
    parts = [
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n".encode() for n in range(levels)
    ]
    return b"From: a@b\n" + b"".join(parts) + b"Content-Type: text/plain\n\ndeep\n"


def test_an_e_mail_of_many_levels_is_read() -> None:
    assert read_email(nested(40)).rstrip().endswith("deep")


@pytest.mark.parametrize("levels", [60, 900, 20_000])
def test_an_e_mail_of_too_many_levels_is_refused(levels: int) -> None:
    with pytest.raises(RefusedFile) as refusal:
        read_email(nested(levels))

    assert refusal.value.reason == "damaged_document"


@pytest.mark.parametrize("content", [b"just words", b"Some: header\n\nbody", b"\n\n"])
def test_text_without_the_headers_of_an_e_mail_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedFile, match="no headers of an e-mail"):
        read_email(content)
