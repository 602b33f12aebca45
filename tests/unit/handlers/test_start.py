"""What a start imports: each module costs every start its time, so none comes in unseen."""

import gc
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from infra.tools.paths import INFRA, ROOT
from ingestion.catalog import Catalog
from tests.benchmarks.start import ENVIRONMENT
from tests.support.factories import catalog_document

POWERTOOLS = "aws_lambda_powertools"
# Powertools, boto3, pydantic, and what they import.
NEEDED = {
    POWERTOOLS,
    *("boto3", "botocore", "certifi", "dateutil", "jmespath", "s3transfer", "six", "urllib3"),
    *("annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"),
}
# What comes with an installation itself.
OURS = {"_distutils_hack", "entities", "infra", "ingestion"}
HANDLERS = ("api", "worker", "extractor", "inserter", "query", "changes", "delivery")
RARELY_NEEDED = {
    "ingestion.handlers.query",
    "ingestion.openapi.openapi",
}
OTHERS_ENVIRONMENT = {
    "CHANGE_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:changes.fifo",
    "CLAIMS_TABLE_NAME": "claims",
    "CLAIM_DAYS": "3",
    "READER_KEY_DIGESTS": "",
    "SUBSCRIBER": "web",
    "SUBSCRIBER_URL": "https://example.com",
    "WEBHOOK_SECRET_PREFIX": "webhook/",
}


@pytest.fixture(scope="module", params=["api", "worker"])
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """All modules of a process in which the function has started as on Lambda, and its name."""
    show = f"import ingestion.handlers.{request.param}, sys; print(*sys.modules)"
    return set(_said(show, tmp_path_factory.mktemp("catalog")).split())


def _said(script: str, directory: Path, auth: str = "api_key") -> str:
    """What a new process prints, with the environment of a function."""
    document = catalog_document()
    document["sources"]["sourceB"]["auth"] = auth
    file = directory / "sources.json"
    file.write_text(Catalog.model_validate(document).model_dump_json())
    return subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**ENVIRONMENT, **OTHERS_ENVIRONMENT, "CATALOG_FILE": str(file)},
    ).stdout


def test_a_start_imports_the_packages_that_it_needs_and_no_other(started: set[str]) -> None:
    installed = {name for name in packages_distributions() if not name.startswith("__")} - OURS

    found = {name.partition(".")[0] for name in started} & installed

    assert found == NEEDED


def test_a_start_imports_none_of_what_is_rarely_needed(started: set[str]) -> None:
    utilities = {".".join(name.split(".")[2:3]) for name in started if _is_utility(name)}

    assert started.isdisjoint(RARELY_NEEDED)
    assert f"{POWERTOOLS}.event_handler.openapi.models" not in started
    assert utilities <= {"data_classes", "jmespath_utils", "parameters", "typing"}


def _is_utility(name: str) -> bool:
    return name.startswith(f"{POWERTOOLS}.utilities.")


@pytest.mark.parametrize("name", HANDLERS)
def test_a_start_makes_what_the_handler_needs_and_looks_for_garbage_after_it(
    name: str, tmp_path: Path
) -> None:
    show = (
        "import gc; gc.callbacks.append(lambda phase, _: print('looked', phase));"
        f"from ingestion.handlers import {name}; gc.callbacks.clear();"
        f"print(gc.isenabled(), gc.get_freeze_count() > 10_000, {name}.runtime.cache_info())"
    )

    built = "CacheInfo(hits=0, misses=1, maxsize=None, currsize=1)"
    assert _said(show, tmp_path) == f"True True {built}\n"


def test_elsewhere_garbage_is_looked_for_at_all_times() -> None:
    assert gc.isenabled()


@pytest.mark.parametrize(("auth", "made"), [("api_key", False), ("hmac", True)])
def test_clients_for_signatures_are_made_where_a_source_signs(
    auth: str, made: bool, tmp_path: Path
) -> None:
    show = "from ingestion.handlers import api; print(api.runtime().callers.signed is not None)"

    assert _said(show, tmp_path, auth=auth) == f"{made}\n"


def test_each_handler_ends_its_start() -> None:
    handlers = re.compile(r'handler += "ingestion\.handlers\.(\w+)\.handler"')

    found = {name for file in INFRA.rglob("*.tf") for name in handlers.findall(file.read_text())}

    assert found == {*HANDLERS}
