"""Builds the functions' zip: code, pinned dependencies and bytecode, the same bytes each time."""

import fcntl
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from entities import entity_files
from entities.declared import read_declaration
from entities.yaml_file import read_yaml
from infra.tools.build import dependencies, manifest
from infra.tools.build.target import Target, compile_ahead
from infra.tools.paths import ROOT
from ingestion.catalog import Catalog
from ingestion.cli.environment import load_catalog
from ingestion.openapi import openapi

# No function imports the folders cli/ and openapi/, or reads YAML.
_not_in_lambda = shutil.ignore_patterns(
    *("__pycache__", "*.pyc", "cli", "openapi"), *("*.yaml", "yaml_file.py", "declared_file.py")
)
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # The earliest time in a zip file.


def build(target: Target) -> Path:
    """Build the package and its manifest; equal inputs give equal bytes. Returns the zip.

    Waits for another build of the same checkout. Raises BadCatalog.
    """
    catalog = load_catalog()
    target.directory.mkdir(parents=True, exist_ok=True)
    with (target.directory / "lock").open("w") as lock, TemporaryDirectory() as directory:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed, code = dependencies.install(target), Path(directory)
        _copy_code(code, catalog)
        compile_ahead(code, target)
        _write_zip(target.zip_file, [installed, code])
        manifest.write(target, catalog)
    return target.zip_file


def _copy_code(directory: Path, catalog: Catalog) -> None:
    for package in ("entities", "ingestion"):
        shutil.copytree(ROOT / package, directory / package, ignore=_not_in_lambda)
    for file in entity_files().values():
        if file.suffix == ".yaml":
            declared = read_declaration(file.stem, read_yaml(file))
            made = directory / "entities" / f"{file.stem}.json"
            made.write_text(declared.model_dump_json(exclude_defaults=True))
    config = directory / "config"
    config.mkdir()
    (config / "sources.json").write_text(catalog.model_dump_json())
    # The function replaces the server's address.
    (config / "openapi.json").write_text(json.dumps(openapi.document(catalog)))


def _write_zip(zip_file: Path, directories: list[Path]) -> None:
    files = [
        (str(file.relative_to(directory)), file)
        for directory in directories
        for file in directory.rglob("*")
        if file.is_file()
    ]
    unfinished = zip_file.with_suffix(".unfinished")
    with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, file in sorted(files):
            info = ZipInfo(name, _EARLIEST)
            info.external_attr = 0o100644 << 16
            info.create_system = 3  # Unix, also where it was built on Windows.
            archive.writestr(info, file.read_bytes(), ZIP_DEFLATED)
    unfinished.replace(zip_file)
