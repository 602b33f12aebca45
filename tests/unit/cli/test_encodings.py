"""Every text is printed, whatever the encoding of the terminal."""

import json
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper

import pytest

from ingestion.cli.output import console, print_data, print_json
from ingestion.cli.start.streams import escape_missing_characters

TEXT = "│ … → é € 😀"
ENCODINGS = pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])


def printed(encoding: str, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> str:
    """Return what the act prints on terminals of this encoding."""
    written = BytesIO()
    streams = [TextIOWrapper(written, encoding, "strict", write_through=True) for _ in range(2)]
    with monkeypatch.context() as patched:
        for name, stream in zip(("stdout", "stderr"), streams, strict=True):
            patched.setattr(sys, name, stream)
        escape_missing_characters()
        act()
    text = written.getvalue().decode(encoding)
    for stream in streams:
        stream.detach()
    return text


@ENCODINGS
def test_a_table_and_a_message_are_printed(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        print_data("table", {}, (["name"], [[TEXT]]))
        console.print(f"message {TEXT} \udcff")

    shown = printed(encoding, monkeypatch, act)

    assert ("\\u00e9" if encoding == "ascii" else "é") in shown
    assert "message" in shown


@ENCODINGS
def test_json_stays_json(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed(encoding, monkeypatch, lambda: print_json({"name": TEXT}))

    assert json.loads(shown) == {"name": TEXT}
