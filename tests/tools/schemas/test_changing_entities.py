"""docs/changing-entities.md: each change does what its section says, with the commands shown."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from infra.tools.app import app
from infra.tools.paths import ROOT
from infra.tools.schemas import files
from infra.tools.schemas.environment import unaccepted
from infra.tools.schemas.files import SchemaRefused
from tests.support.added_entities import added

PAGE = (ROOT / "docs" / "changing-entities.md").read_text()
ENTITIES = (ROOT / "docs" / "entities.md").read_text()
IMPORTS = """
from decimal import Decimal
from typing import Annotated
from pydantic import Field
from entities.fields import renamed_from
"""
_STEP = re.compile(r"(?:```diff\n(?P<diff>.*?)```\n+)?```sh\n(?P<script>make schemas.*?)```", re.S)


class Step(NamedTuple):
    """A change of the model, empty for a removed entity, and the commands that follow."""

    title: str
    diff: str
    script: str

    @property
    def accepts(self) -> bool:
        return "BREAKING=1" in self.script


def steps() -> list[Step]:
    return [
        Step(section.partition("\n")[0], found["diff"] or "", found["script"])
        for section in PAGE.split("\n## ")
        for found in _STEP.finditer(section)
    ]


STEPS = steps()
each_step = pytest.mark.parametrize("step", STEPS, ids=[f"{s.title}: {s.script}" for s in STEPS])


@contextmanager
def pump(diff: str = "") -> Iterator[None]:
    """Define the PUMP of the page about entities with a change."""
    [model] = re.findall(r"```python\n(.*?class Pump.*?)```", ENTITIES, re.S)
    for line in diff.splitlines():
        if line.startswith("-"):
            assert f"{line[1:]}\n" in model
            model = model.replace(f"{line[1:]}\n", "")
        elif line.startswith("+"):
            model += f"{line[1:]}\n"
        else:
            assert f"{line[1:]}\n" in model
    documentation, _, code = model.partition('"""\n\n')
    with TemporaryDirectory() as folder, added(Path(folder)):
        (Path(folder) / "pump.py").write_text(f'{documentation}"""\n{IMPORTS}\n{code}')
        yield


def record(root: Path, script: str) -> None:
    """Run the script's `make schemas` as the Makefile does."""
    [words] = [shlex.split(line) for line in script.splitlines() if line.startswith("make schemas")]
    variables = dict(word.split("=", 1) for word in words[2:])
    options = ["--breaking", "--reason", variables["REASON"]] if variables else []
    CliRunner().invoke(app, ["schemas", *options], obj=root, catch_exceptions=False)


@contextmanager
def changed(step: Step) -> Iterator[None]:
    """Define PUMP as the step does: changed, or not at all."""
    if step.diff:
        with pump(step.diff):
            yield
    else:
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout in which the PUMP of the page about entities is recorded."""
    with pump():
        files.write(tmp_path)
    return tmp_path


def test_the_page_shows_every_kind_of_change() -> None:
    assert [(step.title, step.accepts) for step in STEPS] == [
        ("Add a field", False),
        ("Rename a field", False),
        ("Require a field", False),
        ("Require a field", True),
        ("Narrow a field", True),
        ("Remove a field", True),
        ("Remove an entity", True),
    ]


@each_step
def test_a_change_is_accepted_by_the_commands_of_its_section(root: Path, step: Step) -> None:
    before = files.recorded(root)

    with changed(step):
        record(root, step.script)
        files.check(root)
        after = files.current(root)

    assert unaccepted(before, after) == []


@each_step
def test_a_change_needs_a_reason_only_where_its_section_gives_one(root: Path, step: Step) -> None:
    with changed(step):
        if step.accepts:
            with pytest.raises(SchemaRefused):
                record(root, "make schemas")
        else:
            record(root, "make schemas")
