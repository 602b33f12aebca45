"""The command starts without what only some commands need, and lists what they say themselves."""

import os
import re
import subprocess
import sys
from importlib import metadata
from inspect import cleandoc

import pytest
from typer.testing import CliRunner

from ingestion.cli import app
from ingestion.cli.start.lazy_command import LazyCommand

# Imports only the entry point: a library of the extra `cli` looks as if it were not installed.
WITHOUT = "import sys; sys.modules[{!r}] = None; from ingestion.cli.start.main import main; main()"
PRINT_IMPORTED = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
RUN = f"{PRINT_IMPORTED}; sys.argv[0] = 'ingest'; from ingestion.cli.start.main import main; main()"
COMMANDS = app.Commands().commands


def imported(*arguments: str, **environment: str) -> set[str]:
    """Return the packages that a run of the command imports."""
    command = [sys.executable, "-c", RUN, *arguments]
    result = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    assert result.stdout
    return {module.partition(".")[0] for module in result.stderr.split()}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_shows_the_first_paragraph_of_each_help(name: str) -> None:
    listed = COMMANDS[name]
    assert isinstance(listed, LazyCommand)

    loaded = listed.load()

    first = cleandoc(loaded.help).partition("\n\n")[0]
    assert (loaded.name, first.replace("\n", " ")) == (name, listed.help)


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_no_library_of_a_single_command(argument: str) -> None:
    assert imported(argument).isdisjoint({"boto3", "botocore", "httpx", "pydantic"})


@pytest.mark.parametrize(
    "words", ["", "get ", "list CONTRACT --env ", "dlq list --reason ", "secrets add --source "]
)
def test_a_completion_imports_no_client_of_a_service(words: str) -> None:
    protocol = {"COMP_WORDS": f"ingest {words}", "COMP_CWORD": str(words.count(" ") + 1)}

    found = imported(_INGEST_COMPLETE="complete_bash", **protocol)

    assert found.isdisjoint({"boto3", "botocore", "httpx", "aws_lambda_powertools"})


def test_help_imports_no_rich() -> None:
    assert imported("--help").isdisjoint({"rich", "markdown_it", "pygments"})


def test_the_exit_codes_are_a_list_of_one_line_each() -> None:
    shown = CliRunner().invoke(app.app, ["--help"], terminal_width=80).stdout

    codes = re.findall(r"^    ([0-9]+)  +\S.*$", shown, re.MULTILINE)
    assert codes == ["0", "1", "2", "3", "4", "5", "130"]
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("arguments", [[], ["dlq"], ["files"]], ids=str)
def test_a_list_of_commands_shortens_no_text(arguments: list[str]) -> None:
    shown = CliRunner().invoke(app.app, [*arguments, "--help"], terminal_width=80).stdout

    assert "Commands:" in shown
    assert "..." not in shown.partition("Commands:")[2]


def test_the_version_is_that_of_the_package() -> None:
    result = CliRunner().invoke(app.app, ["--version"])

    assert (result.exit_code, result.stdout.strip()) == (
        0,
        metadata.version("multi-source-ingestion"),
    )


def test_a_command_that_does_not_exist_is_answered_with_the_nearest() -> None:
    result = CliRunner().invoke(app.app, ["uplod"])

    assert result.exit_code == 2
    assert "Did you mean 'upload'?" in result.stderr


@pytest.mark.parametrize(
    ("library", "arguments"),
    [("typer", ["--help"]), ("httpx", ["send", "--help"]), ("rich", ["get", "--help"])],
)
def test_without_the_extra_the_command_says_what_to_install(
    library: str, arguments: list[str]
) -> None:
    command = [sys.executable, "-c", WITHOUT.format(library), *arguments]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert 'pipx install "multi-source-ingestion[cli] @ file://' in result.stderr
    assert "See docs/command.md." in result.stderr
