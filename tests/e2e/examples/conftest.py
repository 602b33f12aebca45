"""A platform of its own: docs/sources.md is followed on it, and all examples are its sources."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, copy_checkout, free_port, with_provider
from tests.e2e.lifecycle.additions import kill_emulator
from tests.e2e.platform import wait_until_idle
from tests.support.documents import blocks
from tests.support.examples import EXAMPLES, add_example

PAGE = ROOT / "docs" / "sources.md"
COPIED_BY_THE_PAGE = "github"
# What the Makefile and an activated environment do. `make setup` was done before the tests.
PRELUDE = """set -euo pipefail
ingest() { "$PYTHON" -m ingestion.cli.app "$@"; }
make() { "$PYTHON" -m infra.tools.app "$@"; }
"""


@pytest.fixture(scope="package")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Yield a copy whose sources are the examples, except the one that the page copies."""
    copied = copy_checkout(tmp_path_factory.mktemp("checkout"), free_port())
    (copied.directory / "config" / "sources.yaml").write_text("sources:\n")
    for name in EXAMPLES:
        if name != COPIED_BY_THE_PAGE:
            add_example(name, copied.directory)
    with with_provider(copied, tmp_path_factory.mktemp("provider")) as checkout:
        try:
            yield checkout
        finally:
            if (checkout.state / "emulator.pid").exists():
                kill_emulator(checkout)  # A reset would wait for functions that run.


@pytest.fixture(scope="package")
def followed(checkout: Checkout) -> dict[str, str]:
    """Follow the page from top to bottom. Return what each script printed.

    A script for an environment in AWS is not run.
    """
    printed = {}
    for language, name, text in blocks(PAGE):
        if language == "sh" and "ENV=dev" not in text:
            printed[text] = run_script(checkout, text)
        elif language != "sh":
            write_file(checkout.directory / name, text)
    return printed


@pytest.fixture(scope="package")
def deployment(checkout: Checkout, followed: dict[str, str]) -> Deployment:  # noqa: ARG001 - `make up`
    return checkout.deployment


def run_script(checkout: Checkout, script: str) -> str:
    """Run a script in the copy, and wait until what it sent is stored. Return what it printed."""
    result = subprocess.run(
        ["bash", "-c", PRELUDE + script],
        cwd=checkout.directory,
        env={
            **os.environ,
            "PYTHON": sys.executable,
            "PYTHONPATH": str(checkout.directory),
            "PORT": str(checkout.port),
            **checkout.terraform,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, script + result.stdout + result.stderr
    if checkout.state.joinpath("outputs.json").exists():
        wait_until_idle(checkout.deployment)
    return result.stdout


def write_file(file: Path, text: str) -> None:
    """Save a text of the page. An entry of the catalog replaces the draft at its end."""
    if file.name == "sources.yaml":
        others, entry, _ = file.read_text().partition(text.partition("\n")[0])
        assert entry
        text = others + text
    file.write_text(text)
