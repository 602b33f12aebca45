"""The platform as Terraform plans it, without AWS: every resource, with an ARN of its own."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import uuid4

from infra.tools.build import manifest
from infra.tools.deploy import terraform
from infra.tools.paths import BUILD, CATALOG, CONFIG, INFRA, ROOT
from ingestion.catalog import Catalog
from tests.support import rehearsal
from tests.support.factories import catalog_document
from tests.support.rehearsal import Resource

Json = dict[str, Any]

ACCOUNT_ID = "123456789012"
REGION = "eu-central-1"
_REGIONAL = f"{REGION}:{ACCOUNT_ID}"

# What AWS makes up for a resource and others name, here from its own name. A type that is not here
# has the ARN of infra/tests/mocks, the same for all: tests/tools/test_policies.py misses it.
_MADE_UP: dict[str, Callable[[str], Json]] = {
    "aws_cloudwatch_log_group": lambda name: {"arn": f"arn:aws:logs:{_REGIONAL}:log-group:{name}"},
    "aws_dynamodb_table": lambda name: {
        "arn": f"arn:aws:dynamodb:{_REGIONAL}:table/{name}",
        "stream_arn": f"arn:aws:dynamodb:{_REGIONAL}:table/{name}/stream/2026-01-31T12:00:00.000",
    },
    "aws_iam_role": lambda name: {"arn": f"arn:aws:iam::{ACCOUNT_ID}:role/{name}", "id": name},
    "aws_kms_key": lambda _: {"arn": f"arn:aws:kms:{_REGIONAL}:key/only"},
    "aws_lambda_function": lambda name: {"arn": f"arn:aws:lambda:{_REGIONAL}:function:{name}"},
    "aws_s3_bucket": lambda name: {"arn": f"arn:aws:s3:::{name}", "bucket": name, "id": name},
    "aws_secretsmanager_secret": lambda name: {
        "arn": f"arn:aws:secretsmanager:{_REGIONAL}:secret:{name}"
    },
    "aws_sns_topic": lambda name: {"arn": f"arn:aws:sns:{_REGIONAL}:{name}"},
    "aws_sqs_queue": lambda name: {
        "arn": f"arn:aws:sqs:{_REGIONAL}:{name}",
        "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{name}",
    },
}


class Grant(NamedTuple):
    """One action on one resource."""

    action: str
    resource: str


@dataclass(frozen=True)
class Function:
    """A planned function: what it runs, what it is told, and what its role may do."""

    name: str
    handler: str
    arn: str
    environment: dict[str, str]
    key_arn: str | None
    is_traced: bool
    grants: frozenset[Grant]


@dataclass(frozen=True)
class Plan:
    """All that Terraform would make."""

    resources: list[Resource]

    def of_type(self, type_: str) -> list[Resource]:
        """Every resource of a type."""
        return [it for it in self.resources if it.type == type_]

    def functions(self) -> list[Function]:
        """Every function, with the policies of its role."""
        roles = {it.values["arn"]: it.values["id"] for it in self.of_type("aws_iam_role")}
        return [
            Function(
                name=it["function_name"],
                handler=it["handler"],
                arn=it["arn"],
                environment=it["environment"][0]["variables"],
                key_arn=it["kms_key_arn"] or None,
                is_traced=it["tracing_config"][0]["mode"] == "Active",
                grants=frozenset(self._grants(roles[it["role"]])),
            )
            for it in (found.values for found in self.of_type("aws_lambda_function"))
        ]

    @property
    def grants(self) -> dict[str, frozenset[Grant]]:
        """What each function may do, by its name."""
        return {it.name: it.grants for it in self.functions()}

    def arn_of(self, told: str) -> str:
        """The ARN of what functions are told by its name, URL or ARN. Raises KeyError."""
        arns: dict[str, str] = {
            value: it.values["arn"]
            for it in self.resources
            for value in (_name(it.values), it.values.get("url"), it.values.get("arn"))
            if it.type in _MADE_UP and value
        }
        # Functions are told a folder of secrets.
        arns |= {
            it.values["name"].rpartition("/")[0] + "/": it.values["arn"].rpartition("/")[0] + "/"
            for it in self.of_type("aws_secretsmanager_secret")
        }
        return arns[told]

    def _grants(self, role: str) -> Iterator[Grant]:
        for policy in self.of_type("aws_iam_role_policy"):
            if policy.values["role"] == role:
                for statement in json.loads(policy.values["policy"])["Statement"]:
                    assert statement["Effect"] == "Allow", statement
                    yield from _grants_of(statement)


def via(service: str, action: str, resource: str) -> Grant:
    """An action on a key, where a service asks for it."""
    return Grant(action, f"{resource} via {service}.{REGION}.amazonaws.com")


def _grants_of(statement: Json) -> Iterator[Grant]:
    """Each action on each resource that a statement speaks of, by way of each service."""
    ways = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService")
    for action in listed(statement["Action"]):
        for resource in listed(statement["Resource"]):
            if ways is None:
                yield Grant(action, resource)
            for way in listed(ways or []):
                yield via(way.partition(".")[0], action, resource)


def listed(value: Any) -> list[Any]:
    """One or many, as policies have them."""
    return value if isinstance(value, list) else [value]


def _name(values: Json) -> str:
    names = (values.get(it) for it in ("function_name", "name", "bucket_prefix"))
    return next((str(name).rstrip("-") for name in names if name), "")


def plan(name: str = "plan", changes: Mapping[str, Json] = MappingProxyType({})) -> Plan:
    """The plan for the catalog of this repository and one subscriber with an endpoint.

    `changes` are made to the entries of sources. Kept under `name` between runs, by a digest of
    all that it rests on.
    """
    file = BUILD / f"{name}-{_digest(changes)}.json"
    if not file.exists():
        with TemporaryDirectory() as directory:
            found = _plan(Path(directory), changes)
        BUILD.mkdir(exist_ok=True)
        for older in set(BUILD.glob(f"{name}-*.json")) - {file}:
            older.unlink(missing_ok=True)
        unfinished = file.with_suffix(f".{uuid4()}")
        unfinished.write_text(json.dumps(found))
        unfinished.replace(file)
    return Plan([Resource(*it) for it in json.loads(file.read_text())])


def _digest(changes: Mapping[str, Json]) -> str:
    files = [
        *sorted(INFRA.rglob("*.tf")),
        INFRA / ".terraform.lock.hcl",
        *sorted((INFRA / "tests" / "mocks").iterdir()),
        CATALOG,
        *sorted((ROOT / "entities").glob("*.py")),
        Path(__file__),
        Path(manifest.__file__),
        Path(rehearsal.__file__),
    ]
    contents = b"".join(it.read_bytes() for it in files if ".terraform" not in it.parts)
    return sha256(contents + repr(dict(changes)).encode()).hexdigest()


def _plan(directory: Path, changes: Mapping[str, Json]) -> list[Resource]:
    """Plan twice: for the names, and with an ARN of its own for each of them."""
    infra = directory / INFRA.name
    ignore = shutil.ignore_patterns(".terraform", "*.tftest.hcl", "tools", "__pycache__")
    shutil.copytree(INFRA, infra, ignore=ignore)
    shutil.copytree(CONFIG, directory / CONFIG.name)
    _write_package(infra / "package.zip", changes)
    variables = {"TF_DATA_DIR": str(directory / "data")}
    terraform.init(infra, variables, "-backend=false")
    named = _resources(infra, variables, [])
    overrides = [
        {
            "target": it.address,
            "override_during": "plan",
            "values": _MADE_UP[it.type](_name(it.values)),
        }
        for it in named
        if it.type in _MADE_UP
    ]
    return _resources(infra, variables, overrides)


def _write_package(file: Path, changes: Mapping[str, Json]) -> None:
    """Write an empty zip, and the manifest of the changed catalog beside it."""
    document = catalog_document()
    for source, change in changes.items():
        document["sources"][source] |= change
    file.touch()
    about = {"sha256": sha256(b"").hexdigest(), "runtime": "python3.13", "architecture": "arm64"}
    about |= manifest.catalog_facts(Catalog.model_validate(document))
    file.with_suffix(".json").write_text(json.dumps(about))


def _resources(infra: Path, variables: dict[str, str], overrides: list[Json]) -> list[Resource]:
    """What is planned where each `override` has its values."""
    document = {
        "mock_provider": {"aws": {"source": "./tests/mocks", "override_during": "plan"}},
        "override_resource": overrides,
        "variables": {
            "environment": "test",
            "region": REGION,
            "package_file": "package.zip",
            "subscribers": {"web": {"url": "https://example.com/changes"}},
            "functions": {"tracing": True},
        },
        "run": {"planned": {"command": "plan"}},
    }
    (infra / "tests" / "planned.tftest.json").write_text(json.dumps(document))
    return rehearsal.planned(infra, variables)
