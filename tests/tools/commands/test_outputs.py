"""`make outputs` shows a person the beginning of each key, and gives a program all of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from tests.support.terminal.program import run_in_terminal

KEYS = {"sourceA": "abcd-key-of-source-a", "sourceB": "efgh-key-of-source-b"}
OUTPUTS = {
    "api_keys": KEYS,
    "api_url": "http://127.0.0.1/é",
    "next_api_keys": {"sourceA": "ijkl-next-key"},
    "reader_api_key": "mnop-key-of-readers",
    "domain_target": None,
}
SCRIPT = """
import sys
from pathlib import Path
from infra.tools.app import app
app(["outputs"], obj=Path(sys.argv[1]))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    file = tmp_path / ".stack" / "local" / "outputs.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(OUTPUTS, indent=2) + "\n")
    return tmp_path


def test_a_terminal_shows_shortened_keys_and_how_to_see_whole_ones(checkout: Path) -> None:
    shown = run_in_terminal(sys.executable, "-c", SCRIPT, checkout)

    text, _, note = shown.text.replace("\r\n", "\n").rpartition("}\n")
    assert json.loads(text + "}") == OUTPUTS | {
        "api_keys": {"sourceA": "abcd…", "sourceB": "efgh…"},
        "next_api_keys": {"sourceA": "ijkl…"},
        "reader_api_key": "mnop…",
    }
    assert note == "A terminal shows shortened keys. `make outputs | cat` shows whole keys.\n"


def test_a_pipe_gets_all_outputs(checkout: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, checkout],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(result.stdout) == OUTPUTS
    assert result.stderr == ""
