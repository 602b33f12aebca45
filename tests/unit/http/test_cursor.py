import string
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.http.cursor import BadCursor, Cursors, Scope
from tests.support.factories import CANARY

SCOPE: Scope = ["list", "CONTRACT", None, None]
CURSORS = Cursors(b"key")
CURSOR = CURSORS.write(SCOPE, ["c-1"])


@given(st.lists(st.text(max_size=512), max_size=4))
def test_a_cursor_comes_back_as_it_was(position: list[str]) -> None:
    assert CURSORS.read(SCOPE, CURSORS.write(SCOPE, position)) == position


def test_a_cursor_goes_into_a_url_as_it_is() -> None:
    cursor = CURSORS.write(SCOPE, ["契約/7?&=+ %"])

    assert set(cursor) <= set(string.ascii_letters + string.digits + "-_.")


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
def test_a_cursor_is_good_for_its_own_scope_only(scope: Scope) -> None:
    with pytest.raises(BadCursor):
        CURSORS.read(scope, CURSOR)


def test_a_cursor_of_another_key_is_refused() -> None:
    with pytest.raises(BadCursor):
        Cursors(b"another key").read(SCOPE, CURSOR)


@pytest.mark.parametrize("place", range(len(CURSOR)))
def test_a_cursor_that_was_touched_is_refused(place: int) -> None:
    other = "B" if CURSOR[place] == "A" else "A"

    with pytest.raises(BadCursor):
        CURSORS.read(SCOPE, CURSOR[:place] + other + CURSOR[place + 1 :])


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        ".",
        "x",
        CANARY,
        "é",
        "\ud800",
        CURSOR + "=",
        CURSOR + "A",
        CURSOR + "\ud800",
        CURSOR[:-1],
        f" {CURSOR}",
        CURSOR.replace(".", ".."),
        CURSOR.partition(".")[0],
        CURSOR.partition(".")[0] + ".",
        urlsafe_b64encode(b"[" * 10_000).decode(),
        urlsafe_b64encode(b"NaN").decode(),
        urlsafe_b64encode(b'"\\ud800"').decode(),
        "A" * 100_000,
    ],
    ids=lambda cursor: repr(cursor)[:20],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.read(SCOPE, cursor)


@given(st.text())
def test_no_text_passes_for_a_cursor_or_crashes(text: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.read(SCOPE, text)
