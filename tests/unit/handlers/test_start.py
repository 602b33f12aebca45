"""Limits the modules that each handler imports, because each import delays every cold start."""

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
# Powertools, boto3, pydantic, and the packages that they import.
NEEDED = {
    POWERTOOLS,
    *("boto3", "botocore", "certifi", "dateutil", "jmespath", "s3transfer", "six", "urllib3"),
    *(
        "annotated_types",
        "jiter",
        "pydantic",
        "pydantic_core",
        "typing_extensions",
        "typing_inspection",
    ),
}
# A checkout reads an entity in YAML by this package. A functions' package has JSON in its place.
ENTITIES_IN_YAML = {"ruamel"} if any((ROOT / "entities").glob("*.yaml")) else set()
# Packages of this repository, and one that an installation adds.
NOT_DEPENDENCIES = {"_distutils_hack", "entities", "infra", "ingestion"}
HANDLERS = (
    *("api", "worker", "extractor", "inserter", "query", "changes", "delivery"),
    *("indexer", "search"),
)
RARELY_NEEDED = {
    "ingestion.handlers.query",
    "ingestion.openapi.openapi",
}
# Variables that handlers other than the API and the worker need.
MORE_ENVIRONMENT = {
    "CHANGE_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:changes.fifo",
    "CLAIMS_TABLE_NAME": "claims",
    "CLAIM_DAYS": "3",
    "DELIVERY_SECRET_PREFIX": "delivery/",
    "QUEUE_URL": "https://sqs/search",
    "FAILURES_QUEUE_URL": "https://sqs/search-failures",
    "INDEX_BUCKET": "index",
    "READER_KEY_DIGESTS": "",
    "SUBSCRIBER": "web",
    "SUBSCRIBER_URL": "https://example.com",
    "WEBHOOK_SECRET_PREFIX": "webhook/",
}


@pytest.fixture(scope="module", params=["api", "worker"])
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the modules that a new process has imported after it imported the handler."""
    script = f"import ingestion.handlers.{request.param}, sys; print(*sys.modules)"
    return set(_output_of(script, tmp_path_factory.mktemp("catalog")).split())


def _output_of(script: str, directory: Path, auth: str = "api_key") -> str:
    """Run the script in a new process with the environment of a function. Return its output."""
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
        env={**ENVIRONMENT, **MORE_ENVIRONMENT, "CATALOG_FILE": str(file)},
    ).stdout


def test_a_start_imports_only_the_packages_that_it_needs(imported: set[str]) -> None:
    installed = {
        name for name in packages_distributions() if not name.startswith("__")
    } - NOT_DEPENDENCIES

    found = {name.partition(".")[0] for name in imported} & installed

    assert found - ENTITIES_IN_YAML == NEEDED


def test_a_start_imports_no_rarely_needed_module(imported: set[str]) -> None:
    utilities = {".".join(name.split(".")[2:3]) for name in imported if _is_utility(name)}

    assert imported.isdisjoint(RARELY_NEEDED)
    assert f"{POWERTOOLS}.event_handler.openapi.models" not in imported
    assert utilities <= {"data_classes", "jmespath_utils", "parameters", "typing"}


def _is_utility(name: str) -> bool:
    return name.startswith(f"{POWERTOOLS}.utilities.")


@pytest.mark.parametrize("name", HANDLERS)
def test_a_start_builds_the_runtime_and_enables_garbage_collection_after_it(
    name: str, tmp_path: Path
) -> None:
    script = (
        "import gc; gc.callbacks.append(lambda phase, _: print('collected', phase));"
        f"from ingestion.handlers import {name}; gc.callbacks.clear();"
        f"print(gc.isenabled(), gc.get_freeze_count() > 10_000, {name}.runtime.cache_info())"
    )

    output = _output_of(script, tmp_path)

    built_once = "CacheInfo(hits=0, misses=1, maxsize=None, currsize=1)"
    assert output == f"True True {built_once}\n"


def test_garbage_collection_is_always_enabled_outside_lambda() -> None:
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("auth", "is_built"), [("api_key", False), ("hmac", True), ("basic", True), ("bearer", True)]
)
def test_clients_for_secrets_are_built_only_if_a_source_has_a_secret(
    auth: str, is_built: bool, tmp_path: Path
) -> None:
    script = "from ingestion.handlers import api; print('signed' in vars(api.runtime().callers))"

    output = _output_of(script, tmp_path, auth=auth)

    assert output == f"{is_built}\n"


def test_these_tests_cover_each_handler_that_terraform_deploys() -> None:
    handlers = re.compile(r'handler += "ingestion\.handlers\.(\w+)\.handler"')

    found = {name for file in INFRA.rglob("*.tf") for name in handlers.findall(file.read_text())}

    assert found == {*HANDLERS}
