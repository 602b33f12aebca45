"""The setup installs with uv, and with pip if uv fails. Only the failure of both is an error."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.tools.paths import ROOT

CACHE = "error: Failed to initialize cache at `no-such-folder/uv`: Permission denied"
MIRROR = "ERROR: No matching distribution found for boto3"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the installers of an environment, which both fail."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    write_program(tmp_path, "uv", f"echo '{CACHE}' >&2; exit 2")
    write_program(tmp_path, "python", f"echo '{MIRROR}' >&2; exit 1")
    return tmp_path


def write_program(checkout: Path, name: str, script: str) -> None:
    program = checkout / ".venv" / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def install(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", "-m", "infra.tools.install", "there/bin/python", "pins.txt"],
        cwd=checkout,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_failure_of_uv_is_not_shown_if_pip_installs(checkout: Path) -> None:
    write_program(checkout, "python", 'echo "$@" > pip')

    result = install(checkout)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    used = (checkout / "pip").read_text()
    assert used.startswith("-m pip --python there/bin/python install ")
    assert used.endswith(" --require-hashes --no-deps -r pins.txt\n")


def test_pip_is_not_used_if_uv_installs(checkout: Path) -> None:
    write_program(checkout, "uv", 'echo "$@" > uv')

    result = install(checkout)

    assert (result.returncode, result.stderr) == (0, "")
    assert "--require-hashes --no-deps -r pins.txt" in (checkout / "uv").read_text()


def test_pip_installs_without_uv(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "uv").unlink()
    write_program(checkout, "python", "exit 0")

    assert install(checkout).returncode == 0


def test_the_errors_of_both_are_shown_if_both_fail(checkout: Path) -> None:
    result = install(checkout)

    assert result.returncode == 1
    assert result.stderr == f"pins.txt was not installed. uv: {CACHE}\npip: {MIRROR}\n"
