"""The tools refuse an invalid catalog and an old Python, and say what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from tests.e2e.conftest import copy_checkout


@pytest.mark.parametrize("tool", ["check", "package"])
def test_an_invalid_catalog_is_refused_with_the_key(tmp_path: Path, tool: str) -> None:
    checkout = copy_checkout(tmp_path, 0)
    file = checkout.directory / "config" / "sources.yaml"
    file.write_text(file.read_text().replace("path: a", "pth: a"))

    result = checkout.stack(tool, check=False)

    assert result.returncode == 1
    assert "sourceA.pth: unknown key" in result.stderr
    assert 'did you mean "path"?' in result.stderr
    assert 'did you mean "path"?' in result.stderr
    assert "Traceback" not in result.stderr


def test_the_error_for_an_old_python_says_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    pretend = "import sys; sys.version_info = (3, 10, 9); sys.version = '3.10.9 (main)'; "
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{pretend}$2"\n')
    old.chmod(0o755)
    command = ["make", "-f", str(ROOT / "Makefile"), ".venv/installed", f"PYTHON={old}"]
    (tmp_path / "infra").symlink_to(ROOT / "infra")
    (tmp_path / "pyproject.toml").symlink_to(ROOT / "pyproject.toml")

    result = subprocess.run(
        command, cwd=tmp_path, env={**os.environ}, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert "Python 3.11 or newer is needed, this is 3.10.9: name one with PYTHON=" in result.stderr
    assert not (tmp_path / ".venv").exists()


PUMP = """\
description: A pump.
fields:
  pump_id: {type: id}
  site_id: {type: refrence, to: EQUIPMENT}
"""


@pytest.mark.parametrize(
    "command",
    [("infra.tools.app", "check"), ("ingestion.cli.app", "schema", "CONTRACT")],
    ids=" ".join,
)
def test_a_broken_entity_in_yaml_is_refused_with_its_line_and_key(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    checkout = copy_checkout(tmp_path, 0)
    (checkout.directory / "entities" / "pump.yaml").write_text(PUMP)

    result = checkout.run("-m", *command, check=False)

    assert result.returncode == 1
    assert result.stderr == (
        "entities/pump.yaml:4: fields.site_id.type: must be id, text, number, date, time, bool,"
        ' reference, enum or list; did you mean "reference"?\n'
    )


@pytest.mark.parametrize(
    "command",
    [("infra.tools.app", "check"), ("ingestion.cli.app", "schema", "CONTRACT")],
    ids=" ".join,
)
def test_a_broken_entity_is_refused_with_its_file_and_line(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    checkout = copy_checkout(tmp_path, 0)
    (checkout.directory / "entities" / "pump.py").write_text("\nclass Pump(Entity): ...\n")

    result = checkout.run("-m", *command, check=False)

    assert result.returncode == 1
    assert result.stderr == (
        "entities/pump.py:2: name 'Entity' is not defined; add `from entities.base import Entity`\n"
    )
