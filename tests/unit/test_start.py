"""What a start imports: each module costs every start its time, so none comes in unseen."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module", params=["api", "worker"])
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """All modules of a process in which the function has started as on Lambda, and its name."""
    file = tmp_path_factory.mktemp("catalog") / "sources.json"
    file.write_text(catalog().model_dump_json())
    show = f"import ingestion.{request.param}, sys; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", show],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**ENVIRONMENT, "CATALOG_FILE": str(file)},
    )
    return set(answer.stdout.split())


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
