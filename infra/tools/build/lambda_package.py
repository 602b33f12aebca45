"""Builds the functions' zips: code, pinned dependencies and bytecode, the same bytes each time."""

import fcntl
import json
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from entities import entity_files
from entities.declared.declaration import read_declaration
from entities.declared.yaml_file import read_yaml
from infra.tools.build import dependencies, manifest
from infra.tools.build.target import Target, compile_ahead
from infra.tools.paths import ROOT
from ingestion.catalog import Catalog
from ingestion.cli.environment import load_catalog
from ingestion.openapi import openapi

# No function imports the folders cli/ and openapi/, or reads YAML.
_NOT_IN_LAMBDA = (
    *("__pycache__", "*.pyc", "cli", "openapi"),
    *("*.yaml", "yaml_file.py", "yaml_model.py"),
)
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # The earliest time in a zip file.


@dataclass(frozen=True)
class Package:
    """A zip of the code without `left_out`, and of the dependencies that `pins` name.

    `left_out` holds names of folders, and the handlers that import them.
    """

    name: str
    pins: tuple[str, ...]
    left_out: tuple[str, ...] = ()


# Most functions carry no library of search and documents: these would make their starts slower.
PACKAGES = (
    Package("functions", ("functions",), ("search", "documents", "search.py", "indexer.py")),
    Package("search", ("functions", "search")),
)
PINS = ("functions", "search")


def build(target: Target) -> Path:
    """Build the packages and their manifest; equal inputs give equal bytes.

    Returns the zip of most functions. Keeps a zip whose inputs did not change. Waits for another
    build of the same checkout. Raises BadCatalog.
    """
    catalog = load_catalog()
    target.directory.mkdir(parents=True, exist_ok=True)
    with (target.directory / "lock").open("w") as lock, ThreadPoolExecutor() as pool:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = dict(
            zip(PINS, pool.map(partial(dependencies.install, target), PINS), strict=True)
        )
        build_package = partial(_build_package, target, installed, _make_files(catalog))
        inputs = pool.map(build_package, PACKAGES)
        digests = {package.name: digest for package, digest in zip(PACKAGES, inputs, strict=True)}
        manifest.write(target, catalog, digests)
    return target.zip_file


def _make_files(catalog: Catalog) -> dict[str, str]:
    """Return the files that are made from YAML, by their names in a package."""
    declared = {
        f"entities/{file.stem}.json": read_declaration(file.stem, read_yaml(file))
        for file in entity_files().values()
        if file.suffix == ".yaml"
    }
    return {
        **{name: found.model_dump_json(exclude_defaults=True) for name, found in declared.items()},
        "config/sources.json": catalog.model_dump_json(),
        # The function replaces the server's address.
        "config/openapi.json": json.dumps(openapi.document(catalog)),
    }


def _build_package(
    target: Target,
    installed: Mapping[str, Path],
    made_files: Mapping[str, str],
    package: Package,
) -> str:
    """Build one zip, unless it exists. Return a digest of its inputs."""
    folders = [installed[pins] for pins in package.pins]
    with TemporaryDirectory() as directory:
        code = Path(directory)
        _copy_code(code, made_files, package)
        inputs = _digest(code, [target, *(folder.name for folder in folders)])
        if not manifest.is_built_from(target, package.name, inputs):
            compile_ahead(code, target)
            _write_zip(target.zip_of(package.name), [*folders, code])
    return inputs


def _copy_code(directory: Path, made_files: Mapping[str, str], package: Package) -> None:
    ignored = shutil.ignore_patterns(*_NOT_IN_LAMBDA, *package.left_out)
    for folder in ("entities", "ingestion"):
        shutil.copytree(ROOT / folder, directory / folder, ignore=ignored)
    (directory / "config").mkdir()
    for name, text in made_files.items():
        (directory / name).write_text(text)


def _digest(code: Path, others: list[object]) -> str:
    """Return a digest of the code, of other inputs and of this module."""
    contents = [(name, sha256(file.read_bytes()).digest()) for name, file in _files([code])]
    return sha256(repr((contents, others, manifest.sha256_of(Path(__file__)))).encode()).hexdigest()


def _files(directories: list[Path]) -> list[tuple[str, Path]]:
    """Return the files by their names in a zip, in their order."""
    return sorted(
        (str(file.relative_to(directory)), file)
        for directory in directories
        for file in directory.rglob("*")
        if file.is_file()
    )


def _write_zip(zip_file: Path, directories: list[Path]) -> None:
    unfinished = zip_file.with_suffix(".unfinished")
    with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, file in _files(directories):
            info = ZipInfo(name, _EARLIEST)
            info.external_attr = 0o100644 << 16
            info.create_system = 3  # Unix, also where it was built on Windows.
            archive.writestr(info, file.read_bytes(), ZIP_DEFLATED)
    unfinished.replace(zip_file)
