import json
import re
from base64 import urlsafe_b64encode
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.http.cursor import Scope, read_cursor, write_cursor
from ingestion.http.http_problem import HttpProblem
from ingestion.store.reader import Position
from ingestion.syntax.times import timestamp
from tests.support.factories import CANARY, Json

SCOPE: Scope = ["list", "CONTRACT", None, None]
CURSOR = write_cursor(SCOPE, Position("c-1"))
UTCS = st.just(UTC)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=128)


@given(
    st.builds(
        Position,
        TEXTS,
        TEXTS,
        TEXTS,
        TEXTS,
        st.none() | st.datetimes(timezones=UTCS).map(timestamp),
    )
)
def test_the_position_that_was_written_into_a_cursor_is_read_from_it(position: Position) -> None:
    cursor = write_cursor(SCOPE, position)

    assert read_cursor(SCOPE, cursor) == position


def test_a_cursor_of_an_earlier_version_is_read() -> None:
    content = json.dumps([SCOPE, ["c-1", "", "", ""]]).encode()

    assert read_cursor(SCOPE, urlsafe_b64encode(content).decode().rstrip("=")) == Position("c-1")


def test_a_cursor_needs_no_escaping_in_a_url() -> None:
    cursor = write_cursor(SCOPE, Position("契約/7?&=+ %"))

    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)


@pytest.mark.parametrize(
    "scope",
    [
        ["list", "EQUIPMENT", None, None],
        ["list", "CONTRACT", "sourceB", None],
        ["list", "CONTRACT", None, "sourceB"],
        ["related", "CONTRACT", None, None],
        ["list", "CONTRACT", None],
        [],
    ],
)
def test_a_cursor_of_another_scope_is_refused(scope: Scope) -> None:
    with pytest.raises(HttpProblem, match="next_cursor"):
        read_cursor(scope, CURSOR)


@pytest.mark.parametrize(
    "position",
    [
        *(None, "c-1", {}, [], ["c-1", "", ""] * 2, [1], [None], [["c-1"]], ["c" * 513]),
        *(["é" * 257], *(["c-1", "", "", "", time] for time in ("", "yesterday", 7, "2026-01-31"))),
    ],
    ids=lambda position: str(position)[:30],
)
def test_a_cursor_with_an_invalid_position_is_refused(position: Json) -> None:
    cursor = urlsafe_b64encode(json.dumps([SCOPE, position]).encode()).decode().rstrip("=")

    with pytest.raises(HttpProblem, match="next_cursor"):
        read_cursor(SCOPE, cursor)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        ".",
        "x",
        CANARY,
        "é",
        "\ud800",
        CURSOR + "A",
        CURSOR + "\ud800",
        CURSOR[:-1],
        CURSOR[1:],
        f" {CURSOR}",
        f"{CURSOR}.{CURSOR}",
        urlsafe_b64encode(b"[" * 10_000).decode(),
        urlsafe_b64encode(b"NaN").decode(),
        urlsafe_b64encode(b'"\\ud800"').decode(),
        "A" * 100_000,
    ],
    ids=lambda cursor: repr(cursor)[:20],
)
def test_a_malformed_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(HttpProblem, match="next_cursor"):
        read_cursor(SCOPE, cursor)


@given(st.text())
def test_any_text_that_is_not_a_cursor_is_refused_with_a_problem(text: str) -> None:
    with pytest.raises(HttpProblem, match="next_cursor"):
        read_cursor(SCOPE, text)
