"""Reads the files of an environment in config/, as far as the tools need them."""

import re
from pathlib import Path
from typing import NamedTuple

from infra.tools.errors import SetupError
from infra.tools.paths import CONFIG

# Settings of text at the top level, which `terraform fmt` leaves at the margin.
_SETTING = re.compile(r'^(\w+)\s*=\s*"([^"]*)"', re.MULTILINE)


class EnvironmentFiles(NamedTuple):
    """The two files of an environment: Terraform's variables, and the backend of its state."""

    variables_file: Path
    backend_file: Path
    variables: dict[str, str]
    backend: dict[str, str]


def load_files(environment: str, folder: Path = CONFIG) -> EnvironmentFiles:
    """Return an environment's files. Raises SetupError if one is missing, incomplete or shared."""
    known = {
        variables.stem: _read_files(variables, backend)
        for variables in sorted(folder.glob("*.tfvars"))
        if (backend := variables.with_suffix(".s3.tfbackend")).exists()
    }
    if environment not in known:
        raise SetupError(
            f"There is no environment {environment!r} in config/, but {', '.join(known)}."
            f" To add one, copy config/dev.tfvars to config/{environment}.tfvars and"
            f" config/dev.s3.tfbackend to config/{environment}.s3.tfbackend, and edit both."
        )
    files = known.pop(environment)
    if missing := [name for name in ("bucket", "key", "region") if not files.backend.get(name)]:
        raise SetupError(f"{files.backend_file} must set {', '.join(missing)}.")
    for other in known.values():
        _require_apart(files, other)
    return files


def _require_apart(files: EnvironmentFiles, other: EnvironmentFiles) -> None:
    """Raise SetupError if both environments have the same state, or the same names."""
    if all(files.backend[name] == other.backend.get(name) for name in ("bucket", "key")):
        raise SetupError(
            f"{files.backend_file.name} and {other.backend_file.name} name the same state: each"
            " would delete the other's resources. Choose another key for one of them."
        )
    names = ("project", "environment", "region", "account_id")
    if all(files.variables.get(name) == other.variables.get(name) for name in names):
        raise SetupError(
            f"{files.variables_file.name} and {other.variables_file.name} give all resources the"
            " same names: change `environment` or `region` in one of them."
        )


def _read_files(variables: Path, backend: Path) -> EnvironmentFiles:
    texts = (_SETTING.findall(file.read_text()) for file in (variables, backend))
    return EnvironmentFiles(variables, backend, *map(dict, texts))
