"""Installs pinned packages into a virtual environment: with uv, or with pip if uv fails.

It runs before any package is installed, so it needs the standard library only.
"""

import subprocess
import sys
import time
from pathlib import Path

from infra.tools.progress import repeated

_VENV = Path(".venv/bin")


def install(python: str, pins: str) -> None:
    """Install what `pins` lists. Exit with the errors of both installers if both fail.

    uv takes seconds, pip half a minute. pip reads mirrors from its configuration, uv does not.
    """
    exact = ("--require-hashes", "--no-deps", "-r", pins)
    uv = (_VENV / "uv", "pip", "install", "--quiet", "--python", python, *exact)
    pip = (_VENV / "python", "-m", "pip", "--python", python, "install", "-qq", *exact)
    errors = []
    for command in (uv, pip):
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except OSError as error:
            errors.append(str(error))
        except subprocess.CalledProcessError as error:
            errors.append(f"{error.stdout}{error.stderr}".strip())
        else:
            return
    sys.exit(f"{pins} was not installed. uv: {errors[0]}\npip: {errors[1]}")


def main(python: str, pins: str) -> None:
    """Install, and print a line every ten seconds."""
    started = time.monotonic()

    def report() -> None:
        print(  # noqa: T201 - Rich is not installed yet.
            f"Still installing {pins}: {time.monotonic() - started:.0f} s", file=sys.stderr
        )

    try:
        with repeated(report):
            install(python, pins)
    except KeyboardInterrupt:
        sys.exit("Stopped. Run the same command again to continue.")


if __name__ == "__main__":
    main(*sys.argv[1:])
