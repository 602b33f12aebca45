"""Runs the generators of API clients, and the programs that use what they write."""

import os
import subprocess
from pathlib import Path

from infra.tools.paths import ROOT

BIN = ROOT / ".venv-client" / "bin"
NPM = ROOT / ".venv-client" / "npm" / "node_modules"
_QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def run(directory: Path, *command: str | Path, **variables: str) -> str:
    """Run a program of the clients' environment, require that it succeeds, return its output."""
    environment = {"PATH": f"{BIN}:{NPM / '.bin'}:{os.environ['PATH']}", **_QUIET, **variables}
    result = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def link_npm(directory: Path) -> None:
    """Let programs in the directory import the packages of npm."""
    (directory / "node_modules").symlink_to(NPM)
