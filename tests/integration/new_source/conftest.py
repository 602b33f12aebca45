"""A checkout with the shipped catalog, and `ingest` in it."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from infra.tools.paths import ROOT
from ingestion.cli import app, output
from ingestion.cli.checkout import Checkout
from tests.support.added_entities import added
from tests.support.terminal.in_process import Shown, show

Ingest = Callable[..., Result]
Write = Callable[[str, Any], Path]
See = Callable[..., Shown]


def new_checkout(root: Path) -> Checkout:
    """Return a checkout with the shipped catalog and a folder for entities."""
    checkout = Checkout(root)
    checkout.catalog_file.parent.mkdir()
    shutil.copy(ROOT / "config" / "sources.yaml", checkout.catalog_file)
    (root / "entities").mkdir()
    return checkout


def run(checkout: Checkout, *arguments: str, stdin: str | bytes = "") -> Result:
    """Run `ingest …` in a checkout, without a terminal."""
    runner = CliRunner(env={"COLUMNS": "1000"})
    return runner.invoke(app.app, list(arguments), input=stdin, obj=checkout)


def new(*options: str, sample: str = "sample.json") -> tuple[str, ...]:
    """Return the words that draft the source `shop`."""
    return ("source", "new", "shop", "--sample", sample, *options)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """Return a checkout whose entities the platform finds beside the shipped ones."""
    made = new_checkout(tmp_path)
    with added(tmp_path / "entities"):
        yield made


@pytest.fixture
def ingest(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    """Run `ingest …` in the checkout."""
    monkeypatch.chdir(checkout.root)

    def invoke(*arguments: str, stdin: str | bytes = "") -> Result:
        return run(checkout, *arguments, stdin=stdin)

    return invoke


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file: a text or bytes unchanged, another value as JSON."""

    def write_file(name: str, content: Any) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    return write_file


def contents(checkout: Checkout) -> dict[str, bytes]:
    """Return the content of each file of a checkout by its name, without Python's bytecode."""
    found = (file for file in checkout.root.rglob("*") if file.suffix != ".pyc")
    files = (file for file in found if file.is_file())
    return {str(file.relative_to(checkout.root)): file.read_bytes() for file in files}


def refuse(ingest: Ingest, checkout: Checkout, name: str, *options: str) -> str:
    """Return the message of a draft that is refused, after which every file is as before."""
    before = contents(checkout)

    refused = ingest("source", "new", name, *options)

    assert refused.exit_code == 2, refused.output
    assert contents(checkout) == before
    message, _, end = refused.stderr.rpartition("\nNothing was written.\n")
    assert end == ""
    return message


@pytest.fixture
def see(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> See:
    """Run `ingest …` in the checkout, in a terminal on which a person types."""
    monkeypatch.chdir(checkout.root)
    monkeypatch.setenv("TERM", "xterm")
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(output.console, "width", 120)

    def invoke(*arguments: str, typed: str) -> Shown:
        def command() -> int:
            with pytest.raises(SystemExit) as ended:
                app.app(arguments, prog_name="ingest", obj=checkout)
            return int(ended.value.code or 0)

        return show(command, 120, typed)

    return invoke
