"""A change that cannot be indexed stops no other, and is kept with its reason."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from entities.document import MAX_TEXT_BYTES
from ingestion.files.documents.pages import Pages
from tests.integration.search.events import contract_event, document_event
from tests.integration.search.platform import TABLE, UPLOADS, Platform
from tests.support.factories import CANARY, lines


def test_a_poison_message_is_kept_and_the_others_are_indexed(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = platform.store(contract_event(1, "turbine"), contract_event(2, "turbine"))
    poison = [f"no JSON {CANARY}", "{}", json.dumps({"type": "contract.upsert"})]

    assert platform.index([changes[0], *poison, changes[1]]) == []

    assert platform.ids("turbine") == ["c-1", "c-2"]
    assert sorted(platform.failed()) == sorted((body, "invalid_change") for body in poison)
    printed = capsys.readouterr().out
    assert CANARY not in printed
    [line] = [line for line in lines(printed) if "ChangeNotIndexed" in line]
    assert (line["ChangeIndexed"], line["ChangeNotIndexed"]) == ([2.0], [3.0])
    assert line["not_indexed_for"] == ["invalid_change"]


@pytest.mark.parametrize(
    ("text_key", "body", "reason"),
    [
        ("texts/sourceB/d.json", None, "text_missing"),
        ("texts/sourceB/d.json", b"no JSON", "invalid_text"),
        ("texts/sourceB/d.json", b'{"content": [1]}', "invalid_text"),
        ("texts/sourceB/d.json", b'{"content": ["\\ud800"]}', "invalid_text"),
        ("texts/sourceC/d.json", b'{"content": ["secret"]}', "invalid_text_key"),
        ("texts/sourceB/a/d.json", b'{"content": ["secret"]}', "invalid_text_key"),
        ("uploads/sourceB/d.json", b'{"content": ["secret"]}', "invalid_text_key"),
        ("", b"", "invalid_text_key"),
    ],
)
def test_a_text_that_cannot_be_indexed_leaves_the_other_fields(
    platform: Platform, text_key: str, body: bytes | None, reason: str
) -> None:
    if body is not None:
        platform.s3.put_object(Bucket=UPLOADS, Key=text_key or "empty", Body=body)
    changes = platform.store(
        document_event("d", name="manual", text_key=text_key), contract_event(1, "turbine")
    )

    assert platform.index(changes) == []

    assert platform.failed() == [(changes[0], reason)]
    assert (platform.ids("manual"), platform.ids("turbine")) == (["d"], ["c-1"])
    assert platform.ids("secret") == []


def test_changes_of_one_entity_are_one_dead_letter_and_each_is_counted(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = platform.store(
        document_event("d", name="manual"), document_event("d", name="guide", minute=1)
    )

    assert platform.index(changes) == []

    [(body, reason)] = platform.failed()
    assert (body in changes, reason) == (True, "text_missing")
    [line] = [line for line in lines(capsys.readouterr().out) if "ChangeNotIndexed" in line]
    assert line["ChangeNotIndexed"] == [2.0]


def limit_texts(platform: Platform, **limits: Any) -> None:
    """Let the indexer read texts within these limits only."""
    limited = replace(platform.indexer.entries, **limits)
    platform.indexer = replace(platform.indexer, entries=limited)


def test_a_text_that_is_too_large_is_refused(platform: Platform) -> None:
    limit_texts(platform, max_text_bytes=19)
    platform.put_text("texts/sourceB/d.json", "many words of a text")
    changes = platform.store(document_event("d", name="manual"))

    assert platform.index(changes) == []

    assert platform.failed() == [(changes[0], "text_too_large")]


def test_an_object_that_is_too_large_is_not_read(platform: Platform) -> None:
    limit_texts(platform, max_text_bytes=100, max_fields_bytes=0)
    platform.s3.put_object(Bucket=UPLOADS, Key="texts/sourceB/d.json", Body=b"{" * 201)

    changes = platform.store(document_event("d"))

    assert platform.index(changes) == []
    assert platform.failed() == [(changes[0], "text_too_large")]


def test_the_longest_text_that_is_extracted_is_indexed(platform: Platform) -> None:
    longest = "full test" + "\n" * (MAX_TEXT_BYTES - 10) + "."
    platform.put_text("texts/sourceB/d.json", longest)
    read = Pages()

    read.add(longest)
    platform.put(document_event("d"))

    assert read.size_bytes == MAX_TEXT_BYTES
    assert platform.ids("full") == ["d"]
    assert platform.failed() == []


def test_a_correction_by_the_operator_keeps_the_text(platform: Platform) -> None:
    platform.put_text("texts/sourceB/d.json", "full test")

    platform.put(document_event("d", source="operator", text_key="texts/sourceB/d.json"))

    assert platform.ids("full") == ["d"]
    assert platform.failed() == []


def test_a_text_that_s3_does_not_return_now_is_tried_again(platform: Platform) -> None:
    platform.put_text("texts/sourceB/d.json", "full test")
    changes = platform.store(document_event("d"), contract_event(1, "turbine"))
    hook = "provide-client-params.s3.GetObject"
    events = platform.indexer.entries.s3.meta.events

    def fail(params: dict[str, str], **_: object) -> None:
        if params["Bucket"] == UPLOADS:
            answer: Any = {
                "Error": {"Code": "SlowDown"},
                "ResponseMetadata": {"HTTPStatusCode": 503},
            }
            raise ClientError(answer, "GetObject")

    events.register(hook, fail)
    [left] = platform.index(changes)
    events.unregister(hook, fail)

    assert left
    assert platform.ids("turbine") == ["c-1"]
    assert platform.index(changes[:1]) == []
    assert platform.ids("full") == ["d"]
    assert platform.failed() == []


def test_a_batch_without_changes_writes_no_commit(platform: Platform) -> None:
    assert platform.index(["no JSON"]) == []

    assert platform.objects() == set()


def test_an_item_whose_event_was_written_by_hand_stops_nothing(platform: Platform) -> None:
    changes = platform.store(contract_event(1, "turbine"), contract_event(2, "turbine"))
    item = {"ID": "CONTRACT#c-1", "ENTITY_NAME": "CONTRACT", "contract_name": "pump turbine"}
    by_hand: Any = {name: {"S": text} for name, text in (item | {"_event": "by hand"}).items()}
    platform.dynamodb.put_item(TableName=TABLE, Item=by_hand)

    assert platform.index(changes) == []
    indexed = platform.ids("turbine")
    platform.rebuild()

    assert indexed == platform.ids("turbine") == ["c-1", "c-2"]
    assert [hit["event"] for hit in platform.found("pump")] == [None]
    assert platform.ids("turbine", source="sourceB") == ["c-2"]
