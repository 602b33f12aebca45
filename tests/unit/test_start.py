"""What a start imports: each module costs every start its time, so none comes in unseen."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from infra.tools.paths import INFRA, ROOT
from tests.benchmarks.start import ENVIRONMENT
from tests.factories import catalog

POWERTOOLS = "aws_lambda_powertools"
# botocore, pydantic, and what they import.
NEEDED = {
    *("botocore", "certifi", "dateutil", "jmespath", "six", "urllib3"),
    *("annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"),
}
# What comes with an installation itself.
OURS = {"_distutils_hack", "entities", "infra", "ingestion"}


FUNCTIONS = ["api", "worker"]


@pytest.fixture(scope="module", params=FUNCTIONS)
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """All modules of a process in which the function has started as on Lambda, and its name."""
    show = f"import ingestion.{request.param}, sys; print(*sys.modules)"
    return set(_said(show, tmp_path_factory.mktemp("catalog")).split())


def _said(script: str, directory: Path) -> str:
    """What a new process prints, with the environment of a function."""
    file = directory / "sources.json"
    file.write_text(catalog().model_dump_json())
    return subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**ENVIRONMENT, "CATALOG_FILE": str(file)},
    ).stdout


def test_a_start_imports_the_packages_that_it_needs_and_no_other(started: set[str]) -> None:
    installed = {name for name in packages_distributions() if not name.startswith("__")} - OURS

    found = {name.partition(".")[0] for name in started} & installed

    assert found == NEEDED | ({POWERTOOLS} if "ingestion.api" in started else set())


def test_a_start_imports_none_of_what_is_rarely_needed(started: set[str]) -> None:
    utilities = {".".join(name.split(".")[2:3]) for name in started if _is_utility(name)}

    rarely = {"claims", "door", "gate", "openapi", "plain_item", "query", "secret_store", "webhook"}
    assert started.isdisjoint({f"ingestion.{name}" for name in rarely})
    assert f"{POWERTOOLS}.event_handler.openapi.models" not in started
    assert utilities <= {"data_classes", "jmespath_utils", "typing"}


def _is_utility(name: str) -> bool:
    return name.startswith(f"{POWERTOOLS}.utilities.")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_garbage_is_looked_for_after_a_start_and_not_during_it(name: str, tmp_path: Path) -> None:
    show = (
        "import gc; gc.callbacks.append(lambda phase, _: print('looked', phase));"
        f"import ingestion.{name}; gc.callbacks.clear();"
        "print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    )

    assert _said(show, tmp_path) == "True True\n"


def test_each_handler_ends_its_start() -> None:
    wanted = re.compile(r'handler += "ingestion\.(\w+)\.handler"')
    handlers = {name for file in INFRA.rglob("*.tf") for name in wanted.findall(file.read_text())}

    last = {
        name: (ROOT / "ingestion" / f"{name}.py").read_text().splitlines()[-1] for name in handlers
    }

    assert len(last) == 7
    assert all(line.startswith("initialize(") for line in last.values()), last
