"""What the files of an environment in config/ say, as far as the tools must know it."""

import re
from dataclasses import dataclass
from pathlib import Path

from infra.tools.errors import SetupError
from infra.tools.paths import CONFIG

# Settings of text at the top level, where `terraform fmt` leaves them: at the margin.
_SETTING = re.compile(r'^(\w+)\s*=\s*"([^"]*)"', re.MULTILINE)


@dataclass(frozen=True)
class Files:
    """The two files that are an environment, in a folder with those of the others."""

    environment: str
    folder: Path = CONFIG

    @property
    def variables(self) -> Path:
        """Terraform's variables."""
        return self.folder / f"{self.environment}.tfvars"

    @property
    def backend(self) -> Path:
        """Where its state is."""
        return self.folder / f"{self.environment}.s3.tfbackend"

    def variable(self, name: str) -> str | None:
        """A variable of text, if it is set."""
        return _settings(self.variables).get(name)

    @property
    def names(self) -> list[str | None]:
        """What all that it makes is named after, and where that is."""
        return [self.variable(it) for it in ("project", "environment", "region", "account_id")]

    def state(self) -> tuple[str, str, str]:
        """Bucket, key and region of the state. Raises SetupError for what is not said."""
        settings = _settings(self.backend)
        if missing := [name for name in ("bucket", "key", "region") if not settings.get(name)]:
            raise SetupError(f"{self.backend} must say {', '.join(missing)}.")
        return settings["bucket"], settings["key"], settings["region"]


def files_of(environment: str, folder: Path = CONFIG) -> Files:
    """Its files. Raises SetupError where there is none, or its state would be another's too."""
    names = sorted(file.stem for file in folder.glob("*.tfvars"))
    found = [Files(name, folder) for name in names]
    known = {files.environment: files for files in found if files.backend.exists()}
    if environment not in known:
        raise SetupError(
            f"There is no environment {environment!r} in config/, but {', '.join(known)}."
            f" A new one is two files: copy config/dev.tfvars to config/{environment}.tfvars and"
            f" config/dev.s3.tfbackend to config/{environment}.s3.tfbackend, and edit both."
        )
    files = known.pop(environment)
    for other in known.values():
        if other.state()[:2] == files.state()[:2]:
            raise SetupError(
                f"{files.backend.name} and {other.backend.name} name the same state: each"
                " would take the other's resources for its own. Give one another key."
            )
        if other.names == files.names:
            raise SetupError(
                f"{files.variables.name} and {other.variables.name} name all they make alike: give"
                " one another `environment` or `region`."
            )
    return files


def _settings(file: Path) -> dict[str, str]:
    return dict(_SETTING.findall(file.read_text()))
