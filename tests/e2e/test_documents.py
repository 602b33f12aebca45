"""The quick commands of the documentation, run unchanged on the applied platform."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from tests.e2e.conftest import Checkout
from tests.support.documents import PAGES, commands, scripts

# The programs of a checkout with an activated environment: the command, and two make targets.
PROGRAMS = {
    "ingest": f'exec {sys.executable} -m ingestion.cli.app "$@"',
    "make": f"""case "$1" in
    demo) exec {sys.executable} -m infra.tools.stack.demo ;;
    outputs) exec {sys.executable} -m infra.tools.app outputs ;;
esac
exit 2""",
}
FOLLOWED = ROOT / "docs" / "sources.md"  # tests/e2e/examples follows it on a stack of its own.
LOCAL = {"ingest", "make", "curl", "python3", "printf", "echo", "source"}


def is_local(script: str) -> bool:
    """Return whether the script is quick and needs only the applied platform.

    The shipped catalog has no source with rules. tests/integration runs `ingest map` in map_command
    and `ingest source new` in new_source.
    """
    found = list(commands(script))
    others = (["ingest", "map"], ["ingest", "source"])
    if "$API_URL" in script or any(words[:2] in others for words in found):
        return False
    targets = {words[1] for words in found if words[0] == "make"}
    return (
        {words[0] for words in found} <= LOCAL
        and targets <= {"demo", "outputs"}
        and not {"--env", "ENV=dev"} & {word for words in found for word in words}
    )


def local_script(page: Path) -> str:
    """Return the page's scripts as one, because later ones use the variables of earlier ones.

    `ingest console` runs until Ctrl-C, so it is left out: tests/e2e/console starts it.
    """
    script = "\n".join(script for script in scripts(page) if is_local(script))
    return re.sub(r"^ingest console\b.*$", "", script, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def path(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    programs = tmp_path_factory.mktemp("bin")
    for name, script in PROGRAMS.items():
        file = programs / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
    activate = checkout.directory / ".venv" / "bin" / "activate"
    activate.parent.mkdir(parents=True)
    activate.touch()
    yield f"{programs}:{os.environ['PATH']}"
    shutil.rmtree(activate.parent.parent)


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page != FOLLOWED and local_script(page)],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_documented_commands_exit_as_documented(checkout: Checkout, path: str, page: Path) -> None:
    script = local_script(page)
    exit_code = re.search(r"# Exit code (\d)", script)

    result = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=checkout.directory,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(checkout.directory)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert result.returncode == int(exit_code[1] if exit_code else 0), result.stdout + result.stderr
    assert '"title"' not in result.stdout  # No response was a problem document.
