"""The packages are complete and right for their target."""

import json
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from botocore.loaders import Loader

from infra.tools.build import lambda_package
from infra.tools.build.dependencies import SERVICES
from infra.tools.build.target import Target, aws_target, local_target
from infra.tools.paths import ROOT
from infra.tools.stack.emulator import PYTHON
from ingestion.cli.environment import load_catalog
from ingestion.openapi import openapi
from tests.support.packages import copy_dependencies

# The package of each handler.
HANDLERS = {
    "functions": ("api", "query", "worker", "inserter", "changes", "delivery"),
    "search": ("extractor", "indexer", "search"),
}
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
    assert callable(importlib.import_module("ingestion.handlers." + handler).handler), handler
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


Unpacked = dict[tuple[str, str], Path]


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Target]:
    """Both targets, with a build folder of the tests."""
    folder = tmp_path_factory.mktemp("build")
    found = {"local": local_target(PYTHON), "aws": aws_target()}
    for target in found.values():
        copy_dependencies(target, folder)
    return {name: replace(target, directory=folder) for name, target in found.items()}


@pytest.fixture(scope="module")
def unpacked(targets: dict[str, Target], tmp_path_factory: pytest.TempPathFactory) -> Unpacked:
    """The packages by target and name, each unpacked into its own folder.

    Those of `lent` are for AWS, with the native modules of the local packages.
    """
    folders = {}
    for name, target in targets.items():
        lambda_package.build(target)
        for package in HANDLERS:
            folders[name, package] = tmp_path_factory.mktemp(name)
            with ZipFile(target.zip_of(package)) as archive:
                archive.extractall(folders[name, package])
    for package in HANDLERS:
        folders["lent", package] = tmp_path_factory.mktemp("lent")
        shutil.copytree(folders["aws", package], folders["lent", package], dirs_exist_ok=True)
        lend_natives(folders["local", package], folders["lent", package])
    return folders


def lend_natives(local: Path, package: Path) -> None:
    """Replace native modules that are for another processor."""
    for native in package.rglob("*.so"):
        native.unlink()
    for native in local.rglob("*.so"):
        shutil.copy(native, package / native.relative_to(local))


@pytest.mark.parametrize("package", HANDLERS)
@pytest.mark.parametrize("target", ["local", "lent"])
def test_every_handler_imports_from_its_package_alone(
    unpacked: Unpacked, target: str, package: str
) -> None:
    probe = (PYTHON, "-I", "-S", "-c", PROBE, unpacked[target, package])
    command: list[str | Path] = [*probe, ",".join(HANDLERS[package]), *SERVICES]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "sourceA,sourceB,sourceC,documents"


@pytest.mark.parametrize("package", HANDLERS)
def test_the_aws_packages_native_modules_are_for_lambdas_processor_and_python(
    unpacked: Unpacked, package: str
) -> None:
    natives = list(unpacked["aws", package].rglob("*.so"))

    machines = {struct.unpack_from("<H", file.read_bytes(), 18)[0] for file in natives}

    assert natives
    assert machines == {ELF_AARCH64}
    assert all("cpython-313-aarch64" in file.name or ".abi3." in file.name for file in natives)


def _modules(folder: Path) -> set[str]:
    """Return the modules outside of the folders that no function imports."""
    files = {str(file.relative_to(folder)) for file in folder.rglob("*.py")}
    return {name for name in files if not name.startswith(("cli/", "openapi/"))}


def test_the_packages_hold_no_command_line_and_no_test(unpacked: Unpacked) -> None:
    packaged = _modules(unpacked["aws", "search"] / "ingestion")

    assert packaged == _modules(ROOT / "ingestion")
    assert not (unpacked["aws", "search"] / "ingestion" / "cli").exists()
    assert not (unpacked["aws", "search"] / "typer").exists()


def test_most_functions_carry_no_library_of_search(unpacked: Unpacked) -> None:
    folders = [unpacked["aws", package] for package in HANDLERS]
    small, large = ({path.name for path in folder.iterdir()} for folder in folders)

    left_out = _modules(folders[1] / "ingestion") - _modules(folders[0] / "ingestion")

    assert {"tantivy", "tantivy.libs"} & large == {"tantivy"}
    assert "tantivy" not in small
    assert {name for name in left_out if not name.startswith(("search/", "files/documents/"))} == {
        "handlers/indexer.py",
        "handlers/search.py",
    }


def test_the_packages_hold_the_document_of_their_own_catalog(unpacked: Unpacked) -> None:
    document = json.loads((unpacked["aws", "functions"] / "config" / "openapi.json").read_text())

    assert document == openapi.document(load_catalog())


@pytest.mark.parametrize("service", SERVICES)
def test_the_packages_models_are_complete(unpacked: Unpacked, service: str) -> None:
    data = unpacked["aws", "functions"] / "botocore" / "data"
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


def test_the_aws_packages_are_small(targets: dict[str, Target], unpacked: Unpacked) -> None:
    assert unpacked
    assert targets["aws"].zip_of("functions").stat().st_size < 10_000_000
    assert targets["aws"].zip_of("search").stat().st_size < 17_000_000


def test_bytecode_is_made_by_the_targets_own_python(
    targets: dict[str, Target], unpacked: Unpacked
) -> None:
    tags = {file.suffixes[0] for file in (unpacked["aws", "search"] / "ingestion").rglob("*.pyc")}

    assert tags == ({".cpython-313"} if targets["aws"].interpreter else set())
