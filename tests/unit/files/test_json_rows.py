"""JSON files hold events, lines of an export, or rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from ingestion.event import Event
from ingestion.files.mappers.row_result import RejectedRow, RowResult
from tests.support.factories import contract, deletion, submission
from tests.unit.files.extracting import events, rejections, results, source


def test_a_file_may_hold_events_in_the_form_of_the_api() -> None:
    sent = [
        submission(id="own", time="2020-01-01T00:00:00Z"),
        deletion("c-2"),
        submission(source="sourceA"),
        submission(contract(contract_type="gifts")),
        7,
    ]

    found = results(to_json(sent), "json")

    assert [event.type for event in events(found)] == ["contract.upsert", "contract.delete"]
    assert events(found)[0].id == "own"
    assert events(found)[0].time.startswith("2020")
    assert [text.split(":")[0] for text in rejections(found).values()] == [
        "wrong_source",
        "invalid_entity",
        "invalid_event",
    ]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_events_of_a_file_that_differ_in_anything_but_the_id_are_separate(form: str) -> None:
    sent = [
        submission(id="same", time="2026-01-31T11:00:00Z"),
        submission(contract("c-2"), id="same", time="2026-01-31T11:00:00Z"),
        submission(contract(contract_name="other"), id="same", time="2026-01-31T11:00:00Z"),
        submission(id="same", time="2026-01-31T10:00:00Z"),
        deletion(id="same", time="2026-01-31T11:00:00Z"),
        submission(id="same"),
    ]
    content = to_json(sent) if form == "json" else b"\n".join(map(to_json, sent))

    found = events(results(content, form))

    queued = [Event.from_json(event.json_bytes.decode()) for event in found]  # As parts hold them.
    assert len({event.deduplication_id for event in queued}) == 6


def test_a_line_that_is_not_json_does_not_affect_the_other_lines() -> None:
    found = results(b'{"a"\n' + to_json(contract()) + b"\nNaN\n", "jsonl")

    assert [event.subject for event in events(found)] == ["c-1"]
    assert list(rejections(found)) == [1, 3]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["NaN", "c-1", "goods", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@given(
    members=st.lists(
        st.tuples(
            st.sampled_from([*contract(), "entity_name", "specversion", "body", "data", "id"]),
            VALUES.map(lambda value: to_json(value).decode())
            | st.sampled_from(["NaN", "Infinity", "}"]),
        ),
        max_size=7,
    ),
    is_valid=st.booleans(),
)
def test_the_fast_and_the_slow_reader_of_json_lines_give_the_same_result(
    members: list[tuple[str, str]], is_valid: bool
) -> None:
    valid = [(name, to_json(value).decode()) for name, value in contract().items()]
    pairs = [*members, *valid] if is_valid else members
    line = "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}\n"

    fast = results(line.encode(), "jsonl")
    slow = results(line.encode(), "jsonl", source(ignore=["no such column"]))

    assert list(map(outcome, fast)) == list(map(outcome, slow))


def outcome(result: RowResult) -> object:
    """Return the content of a result for a comparison."""
    if isinstance(result, Event):
        return result.model_dump()
    assert isinstance(result, RejectedRow)
    return result.line, result.rejection.reason, result.rejection.detail, result.document
