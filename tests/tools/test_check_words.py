"""`make check` finds the words that the style guide forbids, and accepts their right uses."""

import tomllib

import pytest

from tests.tools.check_words import LIST, clean_files, find_words

RULES = tomllib.loads(LIST.read_text())


def words(text: str) -> list[tuple[int, str]]:
    return list(find_words(text, RULES["forbidden"], RULES["allowed"]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("all unless told", [(1, "told")]),
        ("first\nThe letter", [(2, "letter")]),
        ("put\naside", [(1, "put aside")]),
        ("letter_id = 1", [(1, "letter")]),
        ("Mended", [(1, "Mended")]),
    ],
)
def test_a_forbidden_word_is_found_with_its_line(text: str, found: list[tuple[int, str]]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Each dead letter, DeadLetterQueue and dead_letter_queue",
        'the JSON key `letters` of "ingest dlq list"',
        "small letters, digits and hyphens",
        "retold recommended gateway delete planes",
    ],
)
def test_a_right_use_is_accepted(text: str) -> None:
    assert words(text) == []


def test_only_tracked_text_files_of_clean_folders_are_read() -> None:
    files = [file.name for file in clean_files(["docs", "README.md"], ["docs/decisions.md"])]

    assert {"README.md", "http.md", "extract.py"} <= set(files)
    assert not {"decisions.md", "contracts.jsonl", "Makefile"} & set(files)
