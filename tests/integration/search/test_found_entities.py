"""What a search finds, and what it never shows."""

import pytest
from tantivy import Query

from ingestion.search.pointer import POINTER_KEY
from tests.integration.search.events import contract_event, deletion, document_event
from tests.integration.search.platform import INDEX, TABLE, Platform
from tests.support.factories import CANARY, equipment, event


def test_a_document_is_found_by_a_phrase_of_its_text(platform: Platform) -> None:
    platform.put_text("texts/sourceB/test_3.txt.json", "this is a full test")
    platform.put(document_event("test_3.txt", name="test_3.txt"))

    [hit] = platform.found('"full test"')

    assert (hit["entity_name"], hit["id"]) == ("PAPER", "test_3.txt")
    assert hit["path"] == "/entities/PAPER/test_3.txt"
    assert hit["entity"]["name"] == "test_3.txt"
    assert hit["highlights"] == [
        [
            {"text": "test_3.txt this is a ", "match": False},
            {"text": "full test", "match": True},
        ]
    ]


def test_all_of_a_long_text_is_found_and_its_beginning_is_loaded_and_shown(
    platform: Platform,
) -> None:
    platform.put_text("texts/sourceB/long.json", *["filler " * 30_000] * 3, "full test")
    platform.put(document_event("long"))

    [hit] = platform.found('"full test"')

    assert hit["highlights"][0][0]["text"].startswith("long filler filler")
    searcher = platform.reader.finder.index.searcher()
    assert searcher
    [(_, address)] = searcher.search(Query.all_query()).hits
    stored = searcher.doc(address).to_dict()
    assert sum(len(value) for values in stored.values() for value in values) < 201_000


def test_a_phrase_that_may_end_in_too_many_words_is_refused_where_it_stands(
    platform: Platform,
) -> None:
    platform.put_text("texts/sourceB/d.json", " ".join(f"b-0{n}" for n in range(20_000)))
    platform.put(document_event("d"))

    answer = platform.ask("filler OR NOT b-0*")

    assert answer.status == 400
    assert answer.document["position"] == 15
    assert "too many words match: put more characters before *" in answer.document["detail"]


def test_before_the_first_commit_nothing_is_found(platform: Platform) -> None:
    assert platform.found("anything") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("turbine", ["c-1", "c-2"]),
        ("TURBINE", ["c-1", "c-2"]),
        ("turbine AND north", ["c-1"]),
        ("turbine north", ["c-1"]),
        ("north OR south", ["c-1", "c-2"]),
        ("turbine NOT south", ["c-1"]),
        ("NOT turbine", ["c-3"]),
        ("turbine (north OR south) NOT (north AND west)", ["c-1", "c-2"]),
        ('"turbine south"', ["c-2"]),
        ('"south turbine"', []),
        ("turb*", ["c-1", "c-2"]),
        ("contract_name:turb*", ["c-1", "c-2"]),
        ("contract_name:north", ["c-1"]),
        ("contract_id:north", []),
        ('contract_name:"turbine north"', ["c-1"]),
        ("contract_status:active", ["c-1", "c-2", "c-3"]),
        ("c-3", ["c-3"]),
        ("c-3*", ["c-3"]),
        ("contract_id:c-2*", ["c-2"]),
        ("Straße", ["c-3"]),
        ("cafe\N{COMBINING ACUTE ACCENT}", ["c-3"]),
        ("日本", ["c-3"]),
        ("日*", ["c-3"]),
        ("हिन्दी", ["c-3"]),
        ("हिन्*", ["c-3"]),
        ("contract_name:हिन्*", ["c-3"]),
        ("nothing", []),
    ],
)
def test_a_query_finds(platform: Platform, query: str, found: list[str]) -> None:
    platform.put(
        contract_event(1, "turbine north"),
        contract_event(2, "turbine south"),
        contract_event(3, "Straße Café 日本 हिन्दी"),
    )

    assert platform.ids(query) == found


def test_references_and_lists_are_found_and_numbers_are_not(platform: Platform) -> None:
    platform.put(
        event(equipment("e-7", contract_id="c-99"), entity_name="EQUIPMENT", source="sourceA"),
        document_event("d", text_key=None, tags=["red stripe", "2026-01-31T12:00:00Z"]),
    )

    assert platform.ids("contract_id:c-99") == ["e-7"]
    assert platform.ids('tags:"red stripe"') == ["d"]
    assert platform.ids("tags:2026-01-31T12:00:00Z") == ["d"]


def test_an_update_replaces_what_was_found(platform: Platform) -> None:
    platform.put(contract_event(1, "old words"))

    platform.put(contract_event(1, "new words", minute=1))

    assert platform.ids("old") == []
    assert platform.ids("new") == ["c-1"]
    assert platform.pointer().entity_count == 1


def test_a_deleted_entity_disappears_at_once_and_then_from_the_index(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"), contract_event(2, "turbine"))
    changes = platform.store(deletion(1))

    assert platform.ids("turbine") == ["c-2"]

    platform.index(changes)

    assert platform.ids("turbine") == ["c-2"]
    assert platform.pointer().entity_count == 1


def test_no_highlight_shows_what_a_newer_version_took_back(platform: Platform) -> None:
    platform.put(contract_event(1, f"turbine {CANARY}"))
    platform.store(contract_event(1, "turbine", minute=1))

    answer = platform.ask("turbine")

    [hit] = answer.document["items"]
    assert hit["entity"]["contract_name"] == "turbine"
    assert hit["highlights"] == []
    assert CANARY not in str(answer.document)


def test_personal_fields_are_not_in_the_index_unless_they_are_searchable(
    platform: Platform,
) -> None:
    platform.put(document_event("d", text_key=None, owner=f"Ann {CANARY}", author="Bob Byline"))

    assert platform.ids("byline") == ["d"]
    assert platform.ids("ann") == []
    assert platform.ask("owner:ann").status == 400
    for key in platform.objects():
        body = platform.s3.get_object(Bucket=INDEX, Key=key)["Body"].read().lower()
        assert CANARY.partition("-")[0].encode() not in body


def test_entity_and_source_limit_the_hits(platform: Platform) -> None:
    platform.put(
        contract_event(1, "turbine"),
        event(equipment("turbine"), entity_name="EQUIPMENT", source="sourceA", id="e-2"),
    )

    assert platform.ids("turbine", entity="CONTRACT") == ["c-1"]
    assert platform.ids("turbine", source="sourceA") == ["turbine"]
    assert platform.ids("turbine", entity="CONTRACT", source="sourceA") == []


def test_pages_follow_each_other(platform: Platform) -> None:
    platform.put(*(contract_event(n, "turbine " + "x " * n) for n in range(7)))

    pages = [platform.ask("turbine", limit=3).document]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(platform.ask("turbine", limit=3, cursor=cursor).document)

    ids = [[item["id"] for item in page["items"]] for page in pages]
    assert ids == [["c-0", "c-1", "c-2"], ["c-3", "c-4", "c-5"], ["c-6"]]


def test_an_entity_without_a_model_is_found_by_its_id_only(platform: Platform) -> None:
    item = {"ID": {"S": "CRANE#k-1"}, "ENTITY_NAME": {"S": "CRANE"}, "driver": {"S": "Ann"}}
    platform.dynamodb.put_item(TableName=TABLE, Item=item)

    platform.rebuild()

    assert platform.ids("k-1") == ["k-1"]
    assert platform.ids("ann") == []


def test_a_reader_keeps_its_index_until_the_pointer_changes(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    assert platform.ids("turbine") == ["c-1"]
    loaded = platform.reader.finder.index.searcher()

    again = platform.reader.finder.index.searcher()
    platform.put(contract_event(2, "turbine"))

    assert again is loaded
    assert platform.ids("turbine") == ["c-1", "c-2"]
    assert POINTER_KEY not in platform.objects()
