"""Builds the functions' zip: code, pinned dependencies and bytecode, the same bytes each time."""

import fcntl
import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import entities
from infra.tools.errors import SetupError
from infra.tools.paths import BUILD, CATALOG, REQUIREMENTS, ROOT
from ingestion.catalog import Catalog
from ingestion.cli.environment import load_catalog
from ingestion.openapi import openapi

RUNTIME_PYTHON = "3.13"  # What functions run on in AWS.
# Every AWS service that a handler calls.
SERVICES = ("dynamodb", "lambda", "s3", "secretsmanager", "sns", "sqs")
_NOT_IN_LAMBDA = {"cli", "openapi"}  # The folders of ingestion/ that no function imports.
_NO_CODE = shutil.ignore_patterns("__pycache__", "*.pyc")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # The first moment that a zip can name.
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
_LOCAL_NAMES = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64", "AMD64": "x86_64"}


@dataclass(frozen=True)
class Target:
    """What a package is built for; `interpreter` makes the bytecode and may be missing."""

    name: str
    python: str
    architecture: str
    interpreter: Path | None
    is_this_machine: bool

    @property
    def zip_file(self) -> Path:
        """Where the package goes; its manifest lies beside it."""
        return BUILD / f"functions-{self.name}.zip"

    @property
    def uv_options(self) -> tuple[str, ...]:
        """What tells uv to install for the target."""
        if self.is_this_machine:
            return ("--python", str(self.interpreter))
        platform_tag = f"{_MACHINES[self.architecture]}-manylinux_2_28"
        wheels = ("--only-binary", ":all:", "--python-platform", platform_tag)
        return (*wheels, "--python-version", self.python)

    @property
    def pip_python(self) -> tuple[str, ...]:
        """What tells pip, before its command, for which interpreter it works."""
        return ("--python", str(self.interpreter)) if self.is_this_machine else ()

    @property
    def pip_options(self) -> tuple[str, ...]:
        """What tells pip to install for the target."""
        if self.is_this_machine:
            return ()
        machine = _MACHINES[self.architecture]
        tags = (f"--platform={tag}_{machine}" for tag in ("manylinux2014", "manylinux_2_28"))
        return (*tags, f"--python-version={self.python}", "--only-binary=:all:")


def local_target(interpreter: Path) -> Target:
    """The emulator's own interpreter: it runs every function, whatever runtime is asked for."""
    show = "import sys; print('%d.%d' % sys.version_info[:2])"
    python = subprocess.run(
        [interpreter, "-c", show], check=True, capture_output=True, text=True
    ).stdout.strip()
    return Target("local", python, _LOCAL_NAMES[platform.machine()], interpreter, True)


def aws_target(architecture: str = "arm64") -> Target:
    """Lambda's runtime; wheels for its processor, whatever this machine has."""
    interpreter = find_python(RUNTIME_PYTHON)
    return Target(f"aws-{architecture}", RUNTIME_PYTHON, architecture, interpreter, False)


def find_python(version: str) -> Path | None:
    """An interpreter of this minor version on the PATH or among pyenv's, if there is one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which(f"python{version}")
    candidates = [sys.executable, *([on_path] if on_path else [])]
    candidates += map(str, sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True))
    check = f"import sys; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    for candidate in candidates:
        if (
            subprocess.run([candidate, "-c", check], capture_output=True, check=False).returncode
            == 0
        ):
            return Path(candidate)
    return None


def build(target: Target) -> Path:
    """Build the package and its manifest; equal inputs give equal bytes. Returns the zip.

    Waits for another build of the same checkout. Raises BadCatalog.
    """
    catalog = load_catalog()
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _build(target, catalog)


def _build(target: Target, catalog: Catalog) -> Path:
    dependencies = _dependencies(target)
    with tempfile.TemporaryDirectory() as directory:
        code = Path(directory)
        _copy_code(code, catalog)
        _compile(code, target)
        _write_zip(target.zip_file, [dependencies, code])
    manifest = {
        "sha256": sha256(target.zip_file.read_bytes()).hexdigest(),
        "runtime": f"python{target.python}",
        "architecture": target.architecture,
        "catalog_sha256": sha256(CATALOG.read_bytes()).hexdigest(),
        "bytecode": target.interpreter is not None,
        "reference_fields": entities.reference_fields(),
    }
    target.zip_file.with_suffix(".json").write_text(json.dumps(manifest, indent=2) + "\n")
    return target.zip_file


def _dependencies(target: Target) -> Path:
    """The installed, stripped and compiled dependencies, made once for a set of pins."""
    pins = REQUIREMENTS / "functions.txt"
    inputs = [pins.read_bytes(), Path(__file__).read_bytes(), repr(target).encode()]
    directory = BUILD / f"dependencies-{target.name}-{sha256(b''.join(inputs)).hexdigest()[:16]}"
    if not directory.exists():
        for old in BUILD.glob(f"dependencies-{target.name}-*"):
            shutil.rmtree(old)
        with tempfile.TemporaryDirectory(dir=BUILD) as unfinished:
            _install(pins, Path(unfinished), target)
            _strip(Path(unfinished))
            _compile(Path(unfinished), target)
            Path(unfinished).rename(directory)
            Path(unfinished).mkdir()
    return directory


def _install(pins: Path, directory: Path, target: Target) -> None:
    """Install the pins: by uv in a second, or by pip, which knows mirrors that uv may not."""
    # Copies: links would lead to uv's cache, and what is changed here be changed for all.
    uv = (
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "install",
        "--quiet",
        "--link-mode=copy",
    )
    pip = (sys.executable, "-m", "pip", *target.pip_python, "install", "-qq", "--no-compile")
    exact = ("--require-hashes", "--no-deps", "--target", str(directory), "-r", str(pins))
    for installer in ((*uv, *target.uv_options), (*pip, *target.pip_options)):
        if subprocess.run([*installer, *exact], check=False).returncode == 0:
            return
    raise SetupError(f"The functions' dependencies could not be installed from {pins}.")


def _strip(directory: Path) -> None:
    """Take out what no function reads: other services' models, scripts, installation records."""
    _strip_models(directory / "botocore" / "data")
    for unused in (
        directory / "boto3" / "data",
        directory / "boto3" / "examples",
        directory / "bin",
    ):
        shutil.rmtree(unused, ignore_errors=True)
    for record in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
        for file in directory.glob(f"*.dist-info/{record}"):
            file.unlink()


def _strip_models(data: Path) -> None:
    """Leave of botocore's data what makes a client of the services in use, quick to read."""
    for service in data.iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
    for name in SERVICES:
        *old, _ = sorted(path for path in (data / name).iterdir() if path.is_dir())
        for version in old:
            shutil.rmtree(version)
    for examples in data.rglob("examples-1.json*"):  # Of botocore's documentation.
        examples.unlink()
    for packed in data.rglob("*.json.gz"):  # The zip packs them already.
        model = _undocumented(json.loads(gzip.decompress(packed.read_bytes())))
        packed.with_suffix("").write_text(json.dumps(model, separators=(",", ":")))
        packed.unlink()
    endpoints = json.loads((data / "endpoints.json").read_bytes())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in SERVICES if name in services}
    (data / "endpoints.json").write_text(json.dumps(endpoints, separators=(",", ":")))


def _undocumented(model: Any) -> Any:
    """The model with empty texts; a member of a shape may have that name too, and stays."""
    if isinstance(model, list):
        return [_undocumented(part) for part in model]
    if isinstance(model, dict):
        return {
            name: "" if name == "documentation" and isinstance(part, str) else _undocumented(part)
            for name, part in model.items()
        }
    return model


def _copy_code(directory: Path, catalog: Catalog) -> None:
    shutil.copytree(ROOT / "entities", directory / "entities", ignore=_NO_CODE)
    shutil.copytree(ROOT / "ingestion", directory / "ingestion", ignore=_not_in_lambda)
    config = directory / "config"
    config.mkdir()
    (config / "sources.json").write_text(catalog.model_dump_json())
    # The function puts in where it is served.
    (config / "openapi.json").write_text(json.dumps(openapi.document(catalog, "/")))


def _not_in_lambda(folder: str, names: list[str]) -> set[str]:
    """Name what `copytree` leaves out."""
    folders = _NOT_IN_LAMBDA if Path(folder) == ROOT / "ingestion" else set()
    return folders | _NO_CODE(folder, names)


def _compile(directory: Path, target: Target) -> None:
    """Compile ahead: Lambda's task folder is read-only, so each start would compile again."""
    if target.interpreter:
        subprocess.run(
            [
                *(target.interpreter, "-m", "compileall", "-q", "-f"),
                *("--invalidation-mode", "unchecked-hash"),
                *("-s", str(directory), "-p", "/var/task", str(directory)),
            ],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )


def _write_zip(file: Path, directories: list[Path]) -> None:
    members = {
        str(path.relative_to(directory)): path
        for directory in directories
        for path in directory.rglob("*")
        if path.is_file()
    }
    unfinished = file.with_suffix(".unfinished")
    with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(members):
            info = ZipInfo(name, _EARLIEST)
            info.external_attr = 0o100644 << 16
            info.create_system = 3  # Unix, also where it was built on Windows.
            archive.writestr(info, members[name].read_bytes(), ZIP_DEFLATED)
    unfinished.replace(file)
