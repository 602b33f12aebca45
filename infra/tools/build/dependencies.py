"""Installs the functions' dependencies, without the parts that no function reads."""

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.tools.build.target import Target, compile_ahead
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA

# Every AWS service that a handler calls.
SERVICES = ("dynamodb", "lambda", "s3", "secretsmanager", "sns", "sqs")
_UNUSED = (
    *("boto3/data", "boto3/examples", "bin", "botocore/data/*/*/examples-1.json*"),
    *("*.dist-info/sboms", "dateutil/zoneinfo/*.tar.gz"),  # The time zones are those of tzdata.
    *(f"*.dist-info/{name}" for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")),
)


def install(target: Target, name: str = "functions") -> Path:
    """Return the folder of installed, stripped and compiled dependencies, made once per pins.

    `name` is that of a file of pins. A target's folders of several pins can be made in parallel.
    """
    pins = INFRA / "requirements" / f"{name}.txt"
    files = (pins, Path(__file__), Path(__file__).with_name("target.py"))
    inputs = [repr(target).encode(), *(file.read_bytes() for file in files)]
    digest = sha256(b"".join(inputs)).hexdigest()[:16]
    directory = target.directory / f"dependencies-{target.name}-{name}-{digest}"
    if not directory.exists():
        for old in target.directory.glob(f"dependencies-{target.name}-{name}-*"):
            shutil.rmtree(old)
        with TemporaryDirectory(dir=target.directory) as folder:
            unfinished = Path(folder, "dependencies")
            _install_pins(pins, unfinished, target)
            _strip(unfinished)
            compile_ahead(unfinished, target)
            unfinished.rename(directory)
    return directory


def _install_pins(pins: Path, directory: Path, target: Target) -> None:
    exact = ("--require-hashes", "--no-deps", "--no-compile", "--target", str(directory))
    pip = [sys.executable, "-m", "pip", *target.pip, "-qq", *exact, "-r", str(pins)]
    if subprocess.run(pip, check=False).returncode:
        raise SetupError(f"The dependencies of functions could not be installed from {pins}.")


def _strip(directory: Path) -> None:
    """Delete what no function reads: other services' models, scripts, installation records."""
    if (directory / "botocore").exists():
        _strip_models(directory / "botocore" / "data")
    for pattern in _UNUSED:
        for path in directory.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _strip_models(data: Path) -> None:
    """Reduce botocore's data to the services in use."""
    for service in filter(Path.is_dir, data.iterdir()):
        old_versions = sorted(filter(Path.is_dir, service.iterdir()))[:-1]
        for folder in old_versions if service.name in SERVICES else [service]:
            shutil.rmtree(folder)
    endpoints = json.loads((data / "endpoints.json").read_bytes())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in SERVICES if name in services}
    (data / "endpoints.json").write_text(json.dumps(endpoints, separators=(",", ":")))
