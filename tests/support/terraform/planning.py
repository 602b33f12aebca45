"""Plans the platform with mocks in AWS's place, once for the same configuration."""

import fcntl
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from infra.tools.build import manifest
from infra.tools.deploy import terraform
from infra.tools.paths import BUILD, CATALOG, CONFIG, INFRA, ROOT
from ingestion.catalog import OPERATOR, READER, Catalog
from tests.support.factories import api_key, catalog_document
from tests.support.terraform import planned, provider, terraform_test
from tests.support.terraform.planned import MADE_UP, REGION, Json, Plan, name_of
from tests.support.terraform.terraform_test import Planned, Resource

API_KEYS = {name: api_key(name) for name in (*catalog_document()["sources"], OPERATOR, READER)}


def plan(name: str = "plan", changes: Mapping[str, Json] = MappingProxyType({})) -> Plan:
    """The plan for the catalog of this repository and one subscriber with an endpoint.

    `changes` are made to the entries of sources. Kept under `name` between runs, by a digest of
    all that it rests on.
    """
    file = BUILD / f"{name}-{_digest(changes)}.json"
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f"{name}.lock").open("w") as lock:  # Other processes wait for the first one's.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            _write_plan(file, changes)
            for older in set(BUILD.glob(f"{name}-*.json")) - {file}:
                older.unlink(missing_ok=True)
    found = json.loads(file.read_text())
    return Plan([Resource(*fields) for fields in found["resources"]], found["outputs"])


def count_resources(sources: Mapping[str, Json], variables: Mapping[str, Any]) -> Counter[str]:
    """Plan the catalog with further sources. Return the number of resources by type.

    `variables` are those of Terraform that differ from the tests' own.
    """
    with (
        TemporaryDirectory() as directory,
        _initialized(Path(directory), sources) as (infra, environment),
    ):
        found = _run_plan(infra, environment, [], variables)
    return Counter(resource.type for resource in found.resources)


def _write_plan(file: Path, changes: Mapping[str, Json]) -> None:
    with TemporaryDirectory() as directory:
        found = _plan(Path(directory), changes)._asdict()
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(found))
    unfinished.replace(file)


def _digest(changes: Mapping[str, Json]) -> str:
    files = [
        *sorted(INFRA.rglob("*.tf")),
        INFRA / ".terraform.lock.hcl",
        *sorted((INFRA / "tests" / "mocks").iterdir()),
        CATALOG,
        *sorted((ROOT / "entities").glob("*.*")),
        Path(__file__),
        Path(planned.__file__),
        Path(manifest.__file__),
        Path(provider.__file__),
        Path(terraform_test.__file__),
    ]
    contents = b"".join(file.read_bytes() for file in files if ".terraform" not in file.parts)
    return sha256(contents + repr((dict(changes), API_KEYS)).encode()).hexdigest()


def _plan(directory: Path, changes: Mapping[str, Json]) -> Planned:
    """Plan twice: for the names, and with an ARN of its own for each of them."""
    with _initialized(directory, changes) as (infra, variables):
        named = _run_plan(infra, variables, []).resources
        overrides = [
            {
                "target": resource.address,
                "override_during": "plan",
                "values": MADE_UP[resource.type](name_of(resource.values)),
            }
            for resource in named
            if resource.type in MADE_UP
        ]
        return _run_plan(infra, variables, overrides)


@contextmanager
def _initialized(
    directory: Path, changes: Mapping[str, Json]
) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield a copy of the root that is ready to plan, and the variables of Terraform's process."""
    infra = directory / INFRA.name
    ignore = shutil.ignore_patterns(".terraform", "*.tftest.hcl", "tools", "__pycache__")
    shutil.copytree(INFRA, infra, ignore=ignore)
    shutil.copytree(CONFIG, directory / CONFIG.name)
    _write_package(infra / "package.zip", changes)
    with provider.running(directory) as running:
        variables = running | {"TF_DATA_DIR": str(directory / "data")}
        terraform.init(infra, variables, "-backend=false")
        yield infra, variables


def _write_package(file: Path, changes: Mapping[str, Json]) -> None:
    """Write an empty zip, and the manifest of the changed catalog beside it."""
    document = catalog_document()
    for source, change in changes.items():
        document["sources"][source] = document["sources"].get(source, {}) | change
    file.touch()
    about = {"sha256": sha256(b"").hexdigest(), "runtime": "python3.13", "architecture": "arm64"}
    about |= manifest.catalog_facts(Catalog.model_validate(document))
    file.with_suffix(".json").write_text(json.dumps(about))


def _run_plan(
    infra: Path,
    environment: dict[str, str],
    overrides: list[Json],
    variables: Mapping[str, Any] = MappingProxyType({}),
) -> Planned:
    """What is planned where each `override` has its values."""
    document = {
        "mock_provider": {"aws": {"source": "./tests/mocks", "override_during": "plan"}},
        "override_data": [
            {
                "target": f'data.aws_service_principal.this["{service}"]',
                "override_during": "plan",
                "values": {
                    "name": f"{service}.amazonaws.com",
                    "id": f"{service}.{REGION}.amazonaws.com",
                },
            }
            for service in ("apigateway", "cloudwatch", "lambda", "logs", "s3", "sns")
        ],
        "override_resource": overrides,
        "variables": {
            "environment": "test",
            "region": REGION,
            "package_file": "package.zip",
            "api_keys": API_KEYS,
            "subscribers": {"billing": {"url": "https://example.com/changes"}},
            "functions": {"tracing": True},
            **variables,
        },
        "run": {"planned": {"command": "plan"}},
    }
    (infra / "tests" / "planned.tftest.json").write_text(json.dumps(document))
    return terraform_test.planned(infra, environment)
