"""What a package is built for: a Python, a processor and the interpreter that compiles."""

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from infra.tools.paths import BUILD

RUNTIME_PYTHON = "3.13"  # What functions run on in AWS.
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
_LOCAL_NAMES = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64", "AMD64": "x86_64"}


@dataclass(frozen=True)
class Target:
    """What a package is built for; `interpreter` makes the bytecode and may be missing.

    `directory` is where the package and what it is built from are kept.
    """

    name: str
    python: str
    architecture: str
    interpreter: Path | None
    is_this_machine: bool
    # Not in `repr`, which is part of the key of the installed dependencies.
    directory: Path = field(default=BUILD, repr=False)

    @property
    def zip_file(self) -> Path:
        """Where the package goes; its manifest lies beside it."""
        return self.directory / f"functions-{self.name}.zip"

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


def compile_ahead(directory: Path, target: Target) -> None:
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
