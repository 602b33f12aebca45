"""Parts of e-mails that are encoded, labelled or nested as no program should do it."""

from base64 import b64encode
from quopri import encodestring

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.documents.email_text import read_email
from tests.unit.files.documents.reading import read

INNER = b"From: c@d\nSubject: Inner\nContent-Type: text/plain; charset=utf-8\n\nwords inside\n"


def mail(head: str, body: bytes = b"") -> bytes:
    """Return an e-mail with these headers of its content."""
    return b"From: a@b\n%s\n\n%s" % (head.encode(), body)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Type: multipart/mixed", b"lost words\n"),
        ("Content-Type: multipart/mixed; boundary=never", b"lost words\n"),
        ("Content-Type: multipart/alternative", b"lost words\n"),
        (
            "Content-Type: multipart/mixed\nContent-Transfer-Encoding: base64",
            b64encode(b"lost words\n"),
        ),
        (
            "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64",
            b64encode(b"--x\nContent-Type: text/plain\n\nlost words\n--x--\n"),
        ),
    ],
)
def test_the_text_of_a_multipart_without_parts_is_read(head: str, body: bytes) -> None:
    found = read_email(mail(head, body))

    assert found.text.rstrip() == "From: a@b\nlost words"
    assert found.faults == []


@pytest.mark.parametrize("kind", ["message/rfc822", "message/global"])
@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("base64", b64encode(INNER)),
        ("BASE64", INNER),
        ("quoted-printable", encodestring(INNER)),
        ("quoted-printable", INNER.replace(b"; charset=utf-8", b"; charset=ab12")),
        ("7bit", INNER),
    ],
)
def test_an_attached_e_mail_is_read_however_it_is_encoded(
    kind: str, encoding: str, content: bytes
) -> None:
    part = f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + content
    head = "Content-Type: multipart/mixed; boundary=x"

    found = read_email(mail(head, b"--x\n%s\n--x--\n" % part))

    assert found.text.split("\n")[1:4] == ["From: c@d", "Subject: Inner", "words inside"]
    assert found.faults == []


def encoded(levels: int) -> bytes:
    """Return e-mails within each other, each encoded."""
    content = INNER
    for _ in range(levels):
        content = mail(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", b64encode(content)
        )
    return content


def test_encoded_e_mails_have_a_limit_on_their_levels() -> None:
    assert "words inside" in read_email(encoded(8)).text

    with pytest.raises(RefusedFile, match="50 levels"):
        read_email(encoded(26))


def test_the_parts_of_encoded_e_mails_count_for_the_limit() -> None:
    many = mail("Content-Type: multipart/mixed; boundary=y", b"--y\n\nx\n" * 400)
    head = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64"
    part = head.encode() + b"\n\n" + b64encode(many)

    with pytest.raises(RefusedFile, match="1000 parts"):
        read_email(mail("Content-Type: multipart/mixed; boundary=x", (b"--x\n%s\n" % part) * 3))


FIELDS = b"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; ann@x\nDiagnostic-Code: 550 full\n"


@pytest.mark.parametrize(
    ("kind", "encoding", "content"),
    [
        ("delivery-status", "7bit", FIELDS),
        ("delivery-status", "base64", b64encode(FIELDS)),
        ("global-delivery-status", "7bit", FIELDS),
        ("disposition-notification", "7bit", FIELDS.replace(b"\n\n", b"\n")),
        ("feedback-report", "7bit", FIELDS.replace(b"\n\n", b"\n")),
    ],
)
def test_the_fields_of_a_report_are_read(kind: str, encoding: str, content: bytes) -> None:
    head = f"Content-Type: message/{kind}\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    body = b"--x\n\nnot delivered\n--x\n%s\n--x--\n" % (head + content)

    found = read_email(mail("Content-Type: multipart/report; boundary=x", body))

    for field in ("not delivered", "Reporting-MTA: dns; mx", "Final-Recipient: rfc822; ann@x"):
        assert field in found.text
    assert "550 full" in found.text
    assert found.faults == []


def test_a_body_in_xhtml_is_read_as_html() -> None:
    body = b"<html><head><script src='x'/></head><body><p>seen</p></body></html>"

    found = read_email(mail("Content-Type: application/xhtml+xml", body))

    assert found.text.split() == ["From:", "a@b", "seen"]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: application/json",
        "Content-Type: application/octet-stream",
        "Content-Type: text/plain\nContent-Disposition: attachment",
    ],
)
def test_a_body_that_is_not_read_is_counted(head: str) -> None:
    _, pages = read(mail(head, b"{}"), "a.eml")

    assert pages.texts == ["From: a@b", ""]
    assert [number for number, _ in pages.faults] == [2]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: image/png\nContent-ID: <logo>",
        "Content-Type: application/pgp-signature",
        "Content-Type: application/pdf; name=a.pdf",
        "Content-Type: text/css",
    ],
)
def test_pictures_signatures_styles_and_named_files_are_no_lost_bodies(head: str) -> None:
    assert read_email(mail(head, b"x")).faults == []


@pytest.mark.parametrize("name", ["a.mht", "A.MHTML"])
def test_a_saved_page_is_read_as_an_e_mail(name: str) -> None:
    parts = [
        b"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n"
        b"Content-Location: http://a/\n\n<p>gear=\nbox",
        b"Content-Type: text/css\nContent-Location: http://a/x.css\n\np { color: red }",
        b"Content-Type: application/x-y\nContent-Location: http://a/y\n\ny",
    ]
    body = b"".join(b"--x\n%s\n" % part for part in parts) + b"--x--\n"
    head = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"

    media_type, pages = read(head + body, name)

    assert media_type == "message/rfc822"
    assert pages.texts == ["gearbox"]
    assert pages.faults == []
