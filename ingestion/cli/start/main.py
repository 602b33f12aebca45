"""The entry point of `ingest`: runs the command, and prints an expected error as one line."""

import sys


def main() -> None:
    """Run the command. Without the libraries of the extra `cli`, print what to install."""
    try:
        from ingestion.cli import app

        app.main()
    except KeyboardInterrupt:  # While it imports; later, Typer ends the command.
        sys.exit(130)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in ("entities", "ingestion"):
            raise
        sys.exit(
            f"ingest needs the library {error.name}: install the wheel with its extra `cli`, as"
            ' pipx install "multi-source-ingestion[cli] @ file:///PATH/OF/THE.whl" (in a checkout:'
            " `make setup`). See docs/command.md."
        )
