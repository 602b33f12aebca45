"""Documents that arrive twice, late or out of order, and documents that are read again."""

import json

import pytest

from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failed_calls import Functions
from tests.integration.documents.conftest import Documents
from tests.support.factories import Json, catalog_document


def test_an_event_that_comes_twice_stores_a_document_once(documents: Documents) -> None:
    record = documents.drop("a.txt", b"words")
    documents.run(record)
    text = documents.text(record)
    event = documents.rows["a.txt"]["_event"]

    documents.run(record)

    assert documents.text(record) == text
    assert documents.rows["a.txt"]["_event"] == event
    assert documents.report(record)["published"] == 1


@pytest.mark.parametrize("is_late", [False, True])
def test_the_later_upload_of_a_key_wins(documents: Documents, is_late: bool) -> None:
    older, newer = documents.drop("a.txt", b"older"), documents.drop("a.txt", b"newer")

    for record in (newer, older) if is_late else (older, newer):
        documents.run(record)

    row, text = documents.rows["a.txt"], documents.text(newer)
    assert documents.cloud.keys("texts/") == [row["text_key"]]
    assert (text["content"], text["event_id"]) == (["newer"], row["_event"]["id"])
    assert {documents.report(record)["state"] for record in (older, newer)} == {"done"}


def test_an_older_text_does_not_replace_one_that_is_written_at_the_same_time(
    documents: Documents,
) -> None:
    older, newer = documents.drop("a.txt", b"older"), documents.drop("a.txt", b"newer")
    events = documents.cloud.extractor_runtime.extraction.bucket.s3.meta.events
    hook = "provide-client-params.s3.PutObject"

    def write_newer_first(params: Json, **_: object) -> None:
        if params["Key"].startswith("texts/"):
            events.unregister(hook, write_newer_first)
            documents.cloud.extract(newer)

    events.register(hook, write_newer_first)
    documents.run(older)

    assert documents.text(newer)["content"] == ["newer"]
    assert documents.rows["a.txt"]["_event"]["id"] == documents.text(newer)["event_id"]


def test_a_text_replaces_an_object_that_is_none(documents: Documents) -> None:
    record = documents.drop("a.txt", b"words")
    documents.cloud.s3.put_object(
        Bucket=documents.cloud.bucket, Key=documents.text_key(record), Body=b"no text"
    )

    documents.run(record)

    assert documents.text(record)["content"] == ["words"]


def test_both_folders_of_the_default_source_hold_the_same_document(documents: Documents) -> None:
    first = documents.drop("a.txt", b"older", folder="")
    second = documents.drop("a.txt", b"newer")
    second["eventTime"] = "2026-01-31T12:00:01.000Z"  # S3 orders events of one key only.

    documents.run(first, second)

    assert [*documents.rows] == ["a.txt"]
    assert documents.rows["a.txt"]["text_key"] == documents.text_key(first)
    assert documents.text(second)["content"] == ["newer"]


def test_a_crash_after_the_text_loses_nothing(documents: Documents) -> None:
    record = documents.drop("a.txt", b"words")
    documents.cloud.extract(record)
    report = documents.report(record) | {"state": "extracting", "rows": 0, "events": 0}
    report |= {"accepted": 0, "parts": 0}
    documents.cloud.s3.put_object(
        Bucket=documents.cloud.bucket,
        Key=documents.keys(record).report_key,
        Body=json.dumps(report).encode(),
    )

    documents.run(record)

    found = documents.report(record)
    assert (found["state"], found["rows"], found["published"]) == ("done", 1, 1)
    assert [*documents.rows] == ["a.txt"]


def test_an_inserter_that_comes_first_does_not_settle_the_report(documents: Documents) -> None:
    record = documents.drop("a.txt", b"words")
    documents.cloud.extract(record)

    assert documents.report(record)["state"] == "inserting"

    documents.cloud.insert()
    documents.cloud.insert()

    assert documents.report(record)["state"] == "done"


def test_a_document_is_read_again_in_another_encoding(
    documents: Documents, run_quickly: Ingest, functions: Functions
) -> None:
    record = documents.drop("a.txt", "Договор".encode("cp1251"))
    documents.run(record)
    assert documents.text(record)["content"] != ["Договор"]
    catalog = catalog_document()
    catalog["sources"]["documents"]["files"]["encoding"] = "cp1251"
    documents.cloud.write_catalog(catalog)

    run_quickly("files", "retry", documents.keys(record).upload_id, "--force")
    [(_, payload)] = functions.calls
    documents.run(*payload["Records"])

    assert documents.text(record)["content"] == ["Договор"]
    assert "revision" in documents.rows["a.txt"]["_event"]
    assert documents.report(record)["state"] == "done"


@pytest.mark.parametrize("folder", ["", "documents/"])
def test_commands_list_and_show_a_document(
    documents: Documents, run_quickly: Ingest, folder: str
) -> None:
    record = documents.drop("a.txt", b"\x89PNG\r\n\x1a\n", folder)
    waiting = run_quickly("files", "list", "--source", "documents", "-o", "json")
    documents.run(record)
    upload_id = documents.keys(record).upload_id

    listed = run_quickly("files", "list", "-o", "json")
    shown = run_quickly("files", "show", upload_id)

    [before], [line] = json.loads(waiting.stdout), json.loads(listed.stdout)
    assert (before["upload_id"], before["state"]) == (upload_id, "waiting")
    assert (line["upload_id"], line["source"]) == (upload_id, "documents")
    assert (line["state"], line["refused"]) == ("refused", "unknown_format")
    assert "unknown_format" in shown.stdout + shown.stderr


def test_a_source_gets_a_url_for_a_document_of_any_name(documents: Documents) -> None:
    names = ["a.pdf", "a", "Brief.docx", "x.tar.gz"]

    found = [
        documents.cloud.post({"name": name, "size": 5}, "documents/uploads", source="documents")
        for name in names
    ]

    assert [response.status for response in found] == [201] * 4
    assert found[0].document["key"].startswith("uploads/documents/")
    refused = documents.cloud.post(
        {"name": "a/b.pdf", "size": 5}, "documents/uploads", source="documents"
    )
    assert refused.status == 422


@pytest.mark.parametrize("name", [".", ".."])
def test_a_source_gets_no_url_for_the_name_of_a_folder(documents: Documents, name: str) -> None:
    refused = documents.cloud.post(
        {"name": name, "size": 5}, "documents/uploads", source="documents"
    )

    assert refused.status == 422
    assert '"." and ".." are names of folders' in str(refused.document)
