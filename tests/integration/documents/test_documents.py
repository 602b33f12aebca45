"""From an uploaded document to a stored entity, through the real handlers."""

from hashlib import sha256

import pytest

from entities.document import Document
from ingestion.files.document import document_id
from ingestion.files.upload import Upload
from tests.integration.documents.conftest import Documents
from tests.support.factories import NOON, catalog_document
from tests.unit.files.documents.pdfs import FONT, page, pdf, stream, tree, words

TEXT = b"this is a full test"


def test_a_text_becomes_an_entity_and_an_object_with_its_text(documents: Documents) -> None:
    record = documents.drop("offers/test_3.txt", TEXT)

    documents.run(record)

    [(name, row)] = documents.rows.items()
    text_key = documents.text_key(record)
    assert name == "offers/test_3.txt"
    assert {name: str(row[name]) for name in Document.model_fields} == {
        "document_id": "offers/test_3.txt",
        "name": "test_3.txt",
        "media_type": "text/plain",
        "size_bytes": "19",
        "sha256": sha256(TEXT).hexdigest(),
        "pages": "1",
        "text_key": text_key,
        "uploaded_at": NOON,
    }
    assert row["_event"]["time"] == NOON
    assert row["_event"]["source"] == "documents"
    text = documents.text(record)
    assert text["content"] == [TEXT.decode()]
    assert text["key"] == "uploads/documents/offers/test_3.txt"
    assert text["version_id"] == record["s3"]["object"]["versionId"]
    assert text["extracted_at"].endswith("Z")


def test_the_report_counts_pages_and_one_event(documents: Documents) -> None:
    record = documents.drop("a.txt", TEXT)

    documents.run(record)

    report = documents.report(record)
    counts = {
        name: report[name] for name in ("rows", "accepted", "rejected", "events", "published")
    }
    assert report["state"] == "done"
    assert report["refused"] == ""
    assert counts == {"rows": 1, "accepted": 1, "rejected": 0, "events": 1, "published": 1}


def test_a_file_directly_in_uploads_belongs_to_the_default_source(documents: Documents) -> None:
    record = documents.drop("test_3.txt", TEXT, folder="")

    documents.run(record)

    assert [*documents.rows] == ["test_3.txt"]
    assert documents.report(record)["source"] == "documents"


def test_without_a_default_source_a_file_directly_in_uploads_is_refused(
    documents: Documents,
) -> None:
    cloud = documents.cloud
    document = catalog_document()
    document["sources"]["documents"]["files"] = {"format": "document"}
    cloud.write_catalog(document)

    cloud.extract(documents.drop("test_3.txt", TEXT, folder=""))

    [report] = map(cloud.content, cloud.keys("reports/files/"))
    assert b'"refused": "unknown_source"' in report


def test_an_unreadable_page_is_named_and_affects_no_other(documents: Documents) -> None:
    record = documents.drop(
        "a.pdf",
        pdf(
            *tree("6 0 R 3 0 R", 2),
            page(),
            FONT,
            words("some words"),
            page("7 0 R"),
            stream(b"no", "/Filter /NoSuchDecode"),
        ),
    )

    documents.run(record)

    report = documents.report(record)
    assert documents.text(record)["content"] == ["", "some words"]
    assert report["state"] == "done"
    assert (report["rows"], report["accepted"], report["rejected"]) == (2, 1, 1)
    assert report["rejections"] == {"unreadable_page": 1}
    [example] = report["examples"]
    assert example["line"] == 1
    assert example["message"].startswith("the page cannot be read")
    [rejected] = documents.cloud.keys("rejected/")
    assert b'"line":1' in documents.cloud.content(rejected)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00", "unknown_format"),
        ("a.docx", b"PK\x03\x04", "damaged_document"),
        ("a.txt", b"\x81\x8d", "wrong_encoding"),
        ("a.txt", b"x" * 1_000_001, "too_large"),
    ],
)
def test_a_refused_document_has_a_reason_and_no_entity(
    documents: Documents, name: str, content: bytes, reason: str
) -> None:
    record = documents.drop(name, content)

    documents.run(record)

    report = documents.report(record)
    assert (report["state"], report["refused"], report["events"]) == ("done", reason, 0)
    assert report["detail"]
    assert documents.rows == {}


def test_a_document_that_takes_too_long_is_refused(documents: Documents) -> None:
    record = documents.drop("a.txt", TEXT)

    documents.cloud.extract(record, seconds=1)

    assert documents.report(record)["refused"] == "too_slow"


@pytest.mark.parametrize(
    "name",
    [
        "a#b.txt",
        " a.txt",
        "a\u202egnp.txt",
        "e\u0301.txt",
        "x" * 513 + ".txt",
        "שלום.txt",
        ".",
        "..",
    ],
)
def test_a_key_that_is_no_id_is_replaced_by_its_hash(documents: Documents, name: str) -> None:
    documents.run(documents.drop(name, TEXT))

    [(found, row)] = documents.rows.items()
    assert found == sha256(name.encode()).hexdigest()
    assert row["name"] == name


def test_documents_of_two_sources_with_the_same_name_are_two(documents: Documents) -> None:
    names = ["a.pdf", "a.pdf", "#.pdf"]
    folders = ["documents/", "archive/", "archive/"]
    uploads = [
        Upload.from_record(documents.drop(name, TEXT, folder), "documents")
        for name, folder in zip(names, folders, strict=True)
    ]

    found = [document_id(upload) for upload in uploads]

    assert found == ["a.pdf", "archive/a.pdf", sha256(b"archive/#.pdf").hexdigest()]


def test_a_file_whose_key_ends_like_a_folder_is_read(documents: Documents) -> None:
    documents.run(documents.drop("folder/", TEXT))

    [(name, row)] = documents.rows.items()
    assert (name, row["name"]) == ("folder/", "folder")


def test_hostile_text_stays_text(documents: Documents) -> None:
    record = documents.drop(
        "a.html",
        "<script>steal()</script><p>\u202egnp.exe\x1b[31m \x00".encode().replace(b"\0", b""),
    )

    documents.run(record)

    assert documents.text(record)["content"] == ["gnp.exe"]
