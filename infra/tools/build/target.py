"""The targets of packages: a Python version, a processor, and an interpreter that compiles."""

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from infra.tools.paths import BUILD

RUNTIME_PYTHON = "3.13"  # The functions' runtime in AWS.


@dataclass(frozen=True)
class Target:
    """The target of packages. Without an `interpreter` the packages have no bytecode.

    `directory` contains the packages and the installed dependencies.
    """

    name: str
    python: str
    architecture: str
    interpreter: Path | None
    pip: tuple[str, ...]  # The command `install` of pip, with the target's options.
    # Not in `repr`, which is part of the key of the installed dependencies.
    directory: Path = field(default=BUILD, repr=False)

    @property
    def zip_file(self) -> Path:
        """The zip of most functions. The manifest and the other zips are beside it."""
        return self.zip_of("functions")

    @property
    def manifest_file(self) -> Path:
        """What Terraform reads about the packages and the catalog."""
        return self.zip_file.with_suffix(".json")

    def zip_of(self, package: str) -> Path:
        """Return the file of a package."""
        return self.directory / f"{package}-{self.name}.zip"


def local_target(interpreter: Path) -> Target:
    """Return the emulator's own interpreter, which runs every function.

    Checkouts that link to one environment have one target, so they can share its dependencies.
    """
    interpreter = interpreter.parent.resolve() / interpreter.name
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    pip = ("--python", str(interpreter), "install")
    return Target("local", _read_version(interpreter), architecture, interpreter, pip)


def aws_target() -> Target:
    """Return Lambda's runtime, with wheels for its processor."""
    platforms = (f"--platform={tag}_aarch64" for tag in ("manylinux2014", "manylinux_2_28"))
    version = f"--python-version={RUNTIME_PYTHON}"
    pip = ("install", *platforms, version, "--only-binary=:all:")
    return Target("aws-arm64", RUNTIME_PYTHON, "arm64", find_python(RUNTIME_PYTHON), pip)


def find_python(version: str) -> Path | None:
    """Return an interpreter of this minor version from the PATH or from pyenv, if there is one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    installed = sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)
    candidates = [sys.executable, shutil.which(f"python{version}"), *installed]
    matching = (Path(file) for file in candidates if file and _read_version(file) == version)
    return next(matching, None)


def _read_version(interpreter: str | Path) -> str:
    """Return the minor version of an interpreter. It is empty if the file does not run."""
    show = "import sys; print('%d.%d' % sys.version_info[:2])"
    command = (interpreter, "-c", show)
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def compile_ahead(directory: Path, target: Target) -> None:
    """Compile the code. Lambda's task folder is read-only, so each start would compile it again."""
    if target.interpreter:
        options = ("-q", "-f", "--invalidation-mode", "unchecked-hash", "-p", "/var/task")
        command = (target.interpreter, "-m", "compileall", *options, "-s", directory, directory)
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "0"})
