"""The packages are complete, right for their target, and the same bytes each time."""

import json
import shutil
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from botocore.loaders import Loader

from infra.tools.build import lambda_package
from infra.tools.build.dependencies import SERVICES
from infra.tools.build.target import Target, aws_target, find_python, local_target
from infra.tools.paths import ROOT
from infra.tools.stack.emulator import PYTHON
from ingestion.cli.environment import load_catalog
from ingestion.openapi import openapi
from tests.support.packages import copy_dependencies

HANDLERS = tuple(
    f"ingestion.handlers.{name}"
    for name in ("api", "query", "worker", "extractor", "inserter", "changes", "delivery")
)
ELF_AARCH64 = 183
LOADER = Loader()  # Of the installed botocore.
# -S and -I keep this machine's packages out: only what the zip holds can be imported.
PROBE = """
import sys
CALLS = {"dynamodb": "list_tables", "lambda": "list_functions", "s3": "list_buckets",
         "secretsmanager": "list_secrets", "sns": "list_topics", "sqs": "list_queues"}
sys.path.insert(0, sys.argv[1])
import boto3, importlib, os
os.environ |= dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test")
os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
class Sent(BaseException):
    "The call was ready to be sent."
def send(**_):
    raise Sent
for handler in sys.argv[2].split(","):
    assert callable(importlib.import_module(handler).handler), handler
for service in sys.argv[3:]:
    client = boto3.client(service)
    client.meta.events.register("before-send", send)
    try:
        getattr(client, CALLS[service])()
    except Sent:
        continue
    raise AssertionError(service)
from ingestion.settings import PRESIGNING_CONFIG
s3 = boto3.client("s3", config=PRESIGNING_CONFIG)
put = {"Bucket": "drop", "Key": "uploads/a"}
assert "Signature" in s3.generate_presigned_url("put_object", Params=put)
# Imported at the first payload of a source with rules.
import zoneinfo
from ingestion.http.mapped_request import map_request
from ingestion.intake.xml_body import read_xml
zoneinfo.reset_tzpath(to=())
assert callable(map_request) and read_xml(b"<a>1</a>", 1) == {"a": "1"}
assert zoneinfo.ZoneInfo("Europe/Berlin")
from ingestion.http.docs.page import page_response
from ingestion.settings import packaged_catalog, packaged_openapi
assert page_response().status_code == 200
assert packaged_openapi()["openapi"].startswith("3.1.")
print(",".join(packaged_catalog().sources))
"""


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Target]:
    """Both targets, with a build folder of the tests."""
    folder = tmp_path_factory.mktemp("build")
    found = {"local": local_target(PYTHON), "aws": aws_target()}
    for target in found.values():
        copy_dependencies(target, folder)
    return {name: replace(target, directory=folder) for name, target in found.items()}


@pytest.fixture(scope="module")
def unpacked(
    targets: dict[str, Target], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The local and the AWS package, each unpacked into its own folder."""
    folders = {}
    for name, target in targets.items():
        folders[name] = tmp_path_factory.mktemp(name)
        with ZipFile(lambda_package.build(target)) as package:
            package.extractall(folders[name])
    # The AWS package's native modules are for another processor: use those of the local package.
    lent = tmp_path_factory.mktemp("lent")
    shutil.copytree(folders["aws"], lent, dirs_exist_ok=True)
    for native in lent.rglob("*.so"):
        native.unlink()
    for native in folders["local"].rglob("*.so"):
        shutil.copy(native, lent / native.relative_to(folders["local"]))
    return folders | {"aws with native modules of this machine": lent}


@pytest.mark.parametrize("package", ["local", "aws with native modules of this machine"])
def test_every_handler_imports_from_the_package_alone(
    unpacked: dict[str, Path], package: str
) -> None:
    command: list[str | Path] = [
        PYTHON,
        "-I",
        "-S",
        "-c",
        PROBE,
        unpacked[package],
        ",".join(HANDLERS),
        *SERVICES,
    ]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "sourceA,sourceB,sourceC"


def test_the_aws_packages_native_modules_are_for_lambdas_processor_and_python(
    unpacked: dict[str, Path],
) -> None:
    natives = list(unpacked["aws"].rglob("*.so"))

    machines = {struct.unpack_from("<H", file.read_bytes(), 18)[0] for file in natives}

    assert natives
    assert machines == {ELF_AARCH64}
    assert all("cpython-313-aarch64" in file.name for file in natives)


def _modules(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*.py")}


def test_the_packages_hold_no_command_line_and_no_test(unpacked: dict[str, Path]) -> None:
    packaged, checkout = _modules(unpacked["aws"] / "ingestion"), _modules(ROOT / "ingestion")

    assert packaged == {name for name in checkout if not name.startswith(("cli/", "openapi/"))}
    assert not (unpacked["aws"] / "typer").exists()


def test_the_packages_hold_the_document_of_their_own_catalog(unpacked: dict[str, Path]) -> None:
    document = json.loads((unpacked["aws"] / "config" / "openapi.json").read_text())

    assert document == openapi.document(load_catalog())


@pytest.mark.parametrize("service", SERVICES)
def test_the_packages_models_are_complete(unpacked: dict[str, Path], service: str) -> None:
    data = unpacked["aws"] / "botocore" / "data"
    packaged = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)

    parts = {file.name.partition(".")[0] for file in (data / service).rglob("*.json.gz")}
    found, complete = (
        {part: loader.load_service_model(service, part) for part in parts}
        | {"regions": _regions(loader, service)}
        for loader in (packaged, LOADER)
    )

    assert {"service-2", "endpoint-rule-set-1"} <= parts
    assert found == complete


def _regions(loader: Loader, service: str) -> list[Any]:
    partitions = loader.load_data("endpoints")["partitions"]
    return [partition["services"].get(service) for partition in partitions]


def test_the_aws_package_is_small(targets: dict[str, Target], unpacked: dict[str, Path]) -> None:
    assert unpacked
    assert targets["aws"].zip_file.stat().st_size < 10_000_000


@pytest.mark.parametrize("name", ["local", "aws"])
def test_a_new_installation_gives_the_same_bytes_also_to_two_builds_at_once(
    targets: dict[str, Target], unpacked: dict[str, Path], name: str
) -> None:
    target = targets[name]
    assert name in unpacked
    first = sha256(target.zip_file.read_bytes()).hexdigest()
    for made in target.zip_file.parent.glob(f"dependencies-{target.name}-*"):
        shutil.rmtree(made)

    with ThreadPoolExecutor(2) as pool:
        built = [file.read_bytes() for file in pool.map(lambda_package.build, [target, target])]

    manifest = json.loads(target.zip_file.with_suffix(".json").read_text())
    assert [sha256(package).hexdigest() for package in built] == [first, first]
    assert manifest["sha256"] == first


def test_checkouts_that_link_to_one_environment_share_their_dependencies(tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.symlink_to(PYTHON.parents[1])

    target = local_target(linked / "bin" / "python")

    assert target == local_target(PYTHON)


def test_bytecode_is_made_by_the_targets_own_python(
    targets: dict[str, Target], unpacked: dict[str, Path]
) -> None:
    tags = {file.suffixes[0] for file in (unpacked["aws"] / "ingestion").rglob("*.pyc")}

    assert tags == ({".cpython-313"} if targets["aws"].interpreter else set())


def test_a_missing_python_gives_none() -> None:
    assert find_python("2.0") is None
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert find_python(ours) is not None
