"""A running `ingest console`, as a process of its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_OPTIONS = ("console", "--no-browser", "--port", "0")
COMMAND = (sys.executable, "-m", "ingestion.cli.app", *_OPTIONS)
_IN_FOLDER = "from ingestion.cli import app, checkout; from pathlib import Path; "
_IN_FOLDER += "app.app(obj=checkout.Checkout(Path.cwd()))"
# The folder where it runs is the checkout.
COMMAND_IN_FOLDER = (sys.executable, "-c", _IN_FOLDER, *_OPTIONS)
_END_SECONDS = 120


class Console(NamedTuple):
    """A running console: the URL with the token that the command printed, and its process."""

    url: str
    process: subprocess.Popen[str]

    @property
    def origin(self) -> str:
        """Return the origin of its pages."""
        return self.url.partition("/?")[0]


@contextmanager
def running_console(
    checkout: Path,
    environment: Mapping[str, str] | None = None,
    *words: str,
    command: Sequence[str] = COMMAND,
) -> Iterator[Console]:
    """Run the console of a checkout with these options. Press Ctrl-C at the end."""
    with subprocess.Popen(
        [*command, *words],
        cwd=checkout,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background makes all processes ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr
        try:
            yield Console(process.stderr.readline().split()[-1], process)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=_END_SECONDS)
