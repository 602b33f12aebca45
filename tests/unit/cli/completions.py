"""What a shell offers for the words of a command, through Typer's own protocol."""

import os
import re
import subprocess
import sys

from ingestion.cli.checkout import Checkout

# As the script of an installed package, in another checkout than this.
INGEST = """
import sys
from pathlib import Path
from ingestion.cli import app
from ingestion.cli.checkout import Checkout
app.app(obj=Checkout(Path(sys.argv[1])), prog_name="ingest")
"""


def complete(checkout: Checkout, words: str, shell: str = "bash") -> list[str]:
    """Return what the shell offers for the last of these words."""
    return re.findall(r"[\w,-]+", run_completion(INGEST, checkout, words, shell))


def run_completion(script: str, checkout: Checkout, words: str, shell: str = "bash") -> str:
    """Return what the command prints for a shell."""
    config = checkout.root / "config-of-the-user"
    protocol = {
        "bash": {"COMP_WORDS": f"ingest {words}", "COMP_CWORD": str(words.count(" ") + 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": f"ingest {words}"},
    }[shell]
    result = subprocess.run(
        [sys.executable, "-c", script, str(checkout.root)],
        env={
            **os.environ,
            **protocol,
            "_INGEST_COMPLETE": f"complete_{shell}",
            "XDG_CONFIG_HOME": str(config),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr == ""
    return result.stdout
