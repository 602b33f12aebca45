"""Pages are short, links lead somewhere, and every command that they show is one that exists."""

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_origin

import pytest
from botocore import xform_name
from botocore.session import get_session
from typer.main import get_command

from infra.tools.app import app as tools
from infra.tools.deploy import terraform
from infra.tools.paths import ROOT
from ingestion.cli.app import app as ingest
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.start.lazy_command import LazyCommand
from tests.support.documents import PAGES, anchors, commands, links, mentions, scripts

MAKEFILE = (ROOT / "Makefile").read_text()
GLOSSARY_WORDS = 25
# Programs of others: `bash -n` is all that is checked of them.
OTHERS = {"curl", "gh", "printf", "echo", "rm", "export", "source", "openapi-python-client", "npx"}
OTHERS |= {"aws", "pip", "pipx", "cat", "cp", "mkdir", "apt-get", "bible", "awk"}


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


each_page = pytest.mark.parametrize("page", PAGES, ids=name)


@each_page
def test_a_page_fits_a_reader(page: Path) -> None:
    lines = page.read_text().splitlines()

    assert len(lines) <= (150 if page.name == "README.md" and page.parent == ROOT else 250)
    assert [line for line in lines if len(line) > 140] == []


@each_page
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in links(page):
        if not re.match(r"https?:", link):
            target, _, anchor = link.partition("#")
            file = page.parent / target if target else page
            assert file.exists(), link
            assert not anchor or anchor in anchors(file), link


def test_the_index_links_to_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}

    assert {page for page in PAGES if page.is_relative_to(index.parent)} - {index} <= linked


def test_the_glossary_is_short() -> None:
    glossary = (ROOT / "docs" / "index.md").read_text().partition("## Glossary")[2]

    rows = re.findall(r"^\| (?!word|---)", glossary, flags=re.MULTILINE)

    assert 10 < len(rows) <= GLOSSARY_WORDS


@each_page
def test_every_script_is_one_that_the_shell_can_read(page: Path) -> None:
    for script in scripts(page):
        assert not subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode


def shown() -> Iterator[Any]:
    """Yield each different command of the pages' scripts, with the page."""
    found = {
        tuple(words): page
        for page in PAGES
        for script in scripts(page)
        for words in commands(script)
    }
    for words, page in found.items():
        if words[0] not in OTHERS:
            yield pytest.param(list(words), id=f"{name(page)}: {' '.join(words)}")


@pytest.mark.parametrize("words", list(shown()))
def test_a_shown_command_is_understood_by_its_program(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for word in words:
        if re.fullmatch(r"[\w-]+\.(csv|jsonl|txt)", word):
            (tmp_path / word).touch()
    program, *rest = words

    match Path(program).name, rest:
        case "ingest", [command, *options]:
            if command in ("send", "upload") and "--source" not in options:
                monkeypatch.setenv("INGEST_URL", "https://api.example.com/prod/b")
                monkeypatch.setenv("INGEST_KEY", "of the source")
            parse(ingest, rest)
        case "python" | "python3", ["-m", "infra.tools.app", *arguments]:
            parse(tools, arguments)
        case "python" | "python3", ["-m", module, *_]:
            assert find_spec(module)
        case "python" | "python3", ["-c", code]:
            compile(code, "-c", "exec")
        case "make", _:
            check_make(rest)
        case "terraform", _:
            check_terraform(rest)
        case "aws", [service, operation, *arguments]:
            check_aws(service, operation, arguments)
        case _:
            pytest.fail(f"no check for {program}: add one, or name it in OTHERS")


def test_every_command_that_the_text_names_exists() -> None:
    for page in PAGES:
        for words in mentions(page, "make"):
            check_make(words[1:])
        for words in mentions(page, "ingest"):
            command, arguments = resolve(ingest, words[1:])
            known = {option for parameter in command.params for option in parameter.opts}
            known |= {"--help"}  # Click adds it.
            assert {word for word in arguments if word.startswith("-")} <= known, words


def resolve(app: Any, words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that the words name, and its own arguments."""
    command, rest = get_command(app), list(words)
    while rest and not rest[0].startswith("-") and hasattr(command, "commands"):
        if rest[0] not in command.commands and hasattr(command, "default"):
            rest.insert(0, command.default)  # `ingest search TEXT` leaves the command's name out.
        command = command.commands[rest.pop(0)]
        if isinstance(command, LazyCommand):
            command = command.load()
    return command, rest


def parse(app: Any, words: list[str]) -> None:
    """Have Typer parse the arguments; it raises an error for wrong ones. Runs nothing."""
    command, rest = resolve(app, words)
    command.make_context(command.name, rest, obj=EveryEnvironment(Path()))


class EveryEnvironment(Checkout):
    """A checkout in which every environment is deployed."""

    def outputs_file(self, environment: str) -> Path:
        """Write outputs without values."""
        file = self.root.absolute() / f"{environment}.json"
        required = {n: f.annotation for n, f in Deployment.model_fields.items() if f.is_required()}
        outputs = {name: {} if get_origin(kind) else "" for name, kind in required.items()}
        file.write_text(json.dumps(outputs))
        return file


@cache
def _dry_run(words: tuple[str, ...]) -> str:
    result = subprocess.run(
        ["make", "-n", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return result.stderr if result.returncode else ""


def check_make(words: list[str]) -> None:
    """Dry-run the target; look for each variable in the Makefile."""
    needs_plan = "check-plan" in words and not any(word.startswith("PLAN=") for word in words)
    plan = ["ENV=dev", "PLAN=infra/dev.tfplan"] if needs_plan else []
    environment = ["ENV=dev"] if {"bootstrap", "deploy", "destroy"} & {*words} else []
    assert (
        _dry_run((*environment, *plan, *(word for word in words if not word.endswith("=")))) == ""
    )
    for variable in re.findall(r"(?:^| )([A-Z]+)=", " ".join(words)):
        assert re.search(rf"\$\({variable}\b|,{variable}\)|export {variable}$", MAKEFILE, re.M)


@cache
def _terraform_help(subcommand: str) -> str:
    command = terraform.command(ROOT, subcommand, "-help")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def check_terraform(words: list[str]) -> None:
    """Look for each option in Terraform's help, and for the files that options name."""
    folder = ROOT / words[0].removeprefix("-chdir=")
    for word in words[2:]:
        option, _, value = word.partition("=")
        if option.startswith("-"):
            assert f" {option}" in _terraform_help(words[1]), word
        if value.startswith("../"):
            assert (folder / value).exists(), word


def check_aws(service: str, operation: str, arguments: list[str]) -> None:
    """Look for the operation and its parameters in botocore's model of the service."""
    if service == "s3":
        assert operation in ("cp", "ls", "sync")
        return
    model = get_session().get_service_model(service)
    [found] = [name for name in model.operation_names if xform_name(name, "-") == operation]
    shape = model.operation_model(found).input_shape
    known = {f"--{xform_name(member, '-')}" for member in (shape.members if shape else ())}
    assert {word for word in arguments if word.startswith("--")} <= known
