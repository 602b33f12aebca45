"""Reads the files of an environment in config/, as far as the tools need them."""

import re
from pathlib import Path

from infra.tools.errors import SetupError
from infra.tools.paths import CONFIG

# Settings of text at the top level, which `terraform fmt` leaves at the margin.
_SETTING = re.compile(r'^(\w+)\s*=\s*"([^"]*)"', re.MULTILINE)


class EnvironmentFiles:
    """The two files of an environment: Terraform's variables, and the backend of its state."""

    def __init__(self, environment: str, folder: Path = CONFIG) -> None:
        self.environment = environment
        self.variables = folder / f"{environment}.tfvars"
        self.backend = folder / f"{environment}.s3.tfbackend"

    def variable(self, name: str) -> str | None:
        """Return a variable of text, if it is set."""
        return _settings(self.variables).get(name)

    def state(self) -> tuple[str, str, str]:
        """Return bucket, key and region of the state. Raises SetupError if one is missing."""
        settings = _settings(self.backend)
        if missing := [name for name in ("bucket", "key", "region") if not settings.get(name)]:
            raise SetupError(f"{self.backend} must say {', '.join(missing)}.")
        return settings["bucket"], settings["key"], settings["region"]

    def require_apart(self, other: "EnvironmentFiles") -> None:
        """Raise SetupError if both environments have the same state, or the same names."""
        if other.state()[:2] == self.state()[:2]:
            raise SetupError(
                f"{self.backend.name} and {other.backend.name} name the same state: each"
                " would delete the other's resources. Choose another key for one of them."
            )
        names = ("project", "environment", "region", "account_id")
        if all(other.variable(name) == self.variable(name) for name in names):
            raise SetupError(
                f"{self.variables.name} and {other.variables.name} give all resources the same"
                " names: change `environment` or `region` in one of them."
            )


def files_of(environment: str, folder: Path = CONFIG) -> EnvironmentFiles:
    """Return an environment's files. Raises SetupError if one is missing or shared."""
    found = (EnvironmentFiles(file.stem, folder) for file in sorted(folder.glob("*.tfvars")))
    known = {files.environment: files for files in found if files.backend.exists()}
    if environment not in known:
        raise SetupError(
            f"There is no environment {environment!r} in config/, but {', '.join(known)}."
            f" To add one, copy config/dev.tfvars to config/{environment}.tfvars and"
            f" config/dev.s3.tfbackend to config/{environment}.s3.tfbackend, and edit both."
        )
    files = known.pop(environment)
    for other in known.values():
        files.require_apart(other)
    return files


def _settings(file: Path) -> dict[str, str]:
    return dict(_SETTING.findall(file.read_text()))
