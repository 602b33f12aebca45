"""The environment on this machine's emulator."""

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from infra.tools.build import lambda_package
from infra.tools.build.target import Target, local_target
from infra.tools.deploy.environments import LOCAL, Stack
from infra.tools.errors import SetupError
from infra.tools.paths import CONFIG, INFRA
from infra.tools.run import talk
from infra.tools.stack import api_keys
from infra.tools.stack.apply import apply_changes
from infra.tools.stack.emulator import PYTHON, Emulator
from ingestion.cli.environment import Checkout, load_catalog


def _wanted_port() -> int | None:
    """The environment variable PORT. Raises SetupError where it is no port."""
    text = os.environ.get("PORT", "")
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SetupError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text) if text else None


def lay_out(root: Path) -> None:
    """Make a root of links to infra/ and, beside it, config/. It has no imports."""
    shutil.rmtree(root.parent, ignore_errors=True)
    root.mkdir(parents=True)
    for part in (*INFRA.glob("*.tf"), INFRA / ".terraform.lock.hcl", INFRA / "modules"):
        (root / part.name).symlink_to(part)
    (root.parent / CONFIG.name).symlink_to(CONFIG)


@dataclass(frozen=True)
class LocalStack(Stack):
    """The environment on this machine's emulator."""

    environment: str = LOCAL
    default_port: ClassVar[int] = 4566
    way_out: ClassVar[str] = "run `make reset` first"
    wanted_port: int | None = field(default_factory=_wanted_port)

    @property
    def _port_file(self) -> Path:
        return self.directory / "port"

    @cached_property
    def emulator(self) -> Emulator:
        """The emulator: what it holds is bound to the port it was made on."""
        known = int(self._port_file.read_text()) if self._port_file.exists() else None
        if known and self.wanted_port not in (None, known):
            raise SetupError(
                f"This checkout's stack is on port {known}: leave PORT out,"
                f" or {self.way_out}, which deletes what it holds."
            )
        return Emulator(self.directory, known or self.wanted_port or self.default_port)

    @property
    def terraform_root(self) -> Path:
        """Return links to infra/, and imports of queues that exist before Terraform runs."""
        return self.directory / "overlay" / INFRA.name

    @property
    def target(self) -> Target:
        """The emulator's interpreter."""
        return local_target(PYTHON)

    @property
    def emulated(self) -> dict[str, str]:
        """Return the settings of a boto3 client of the emulator."""
        return self.emulator.client_settings()

    @property
    def package_file(self) -> Path:
        """Return the functions' zip for the emulator."""
        return self.target.zip_file

    def variables(self) -> dict[str, str]:
        """Return the environment variables of Terraform's process."""
        catalog = load_catalog(Checkout(self.root))
        return super().variables() | {
            "TF_VAR_functions": json.dumps({"architecture": self.target.architecture}),
            "TF_VAR_api_keys": json.dumps(api_keys.kept_in(self.directory, catalog)),
            "TF_VAR_api_url_format": f"{self.emulator.url}/restapis/%s/%s/_user_request_",
        }

    def package(self) -> None:
        """Build the functions' zip for the emulator."""
        lambda_package.build(self.target)

    def up(self, *, force: bool = False) -> None:
        """Bring everything up; with nothing changed, start the emulator only.

        Raises DeletionRefused where that would delete what still holds data, unless `force`.
        """
        self._make_directory()
        if self.emulator.was_killed:
            talk.print(
                "The emulator was killed: it comes back as it was when last stopped,"
                " and everything is applied again."
            )
            self.forget()
        with talk.status("Packaging the functions …"):
            self.package()
        self.emulator.start()
        self._port_file.write_text(str(self.emulator.port))
        inputs = self._inputs()
        if self.applied_file.exists() and self.applied_file.read_text() == inputs:
            talk.print(
                f"Nothing changed since the last apply; the stack is at {self.emulator.url}."
            )
            return
        if not self.state_bucket.exists():
            self.state_bucket.create()
        with talk.status("Preparing Terraform …"):
            self.init()
        with talk.status("Applying (half a minute the first time) …"):
            apply_changes(self, force=force)
        self.save_outputs()
        self.applied_file.write_text(inputs)
        talk.print(f"The stack is up at {self.emulator.url}.")

    def init(self) -> None:
        """Make Terraform ready. Raises SetupError where the emulator, and so the state, is down."""
        if self.emulator.process is None:
            raise SetupError("The local stack is not up: run `make up`.")
        lay_out(self.terraform_root)
        super().init()

    def forget(self) -> None:
        """Remember no outputs and no apply."""
        super().forget()
        self.applied_file.unlink(missing_ok=True)

    def reset(self) -> None:
        """Stop the emulator, and delete everything."""
        talk.print(f"Deleting the local stack in {self.directory} with all its data.")
        with suppress(SetupError):  # The emulator may end without writing its state.
            self.emulator.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def applied_file(self) -> Path:
        """Return the file that holds the digest of what the last apply rested on."""
        return self.directory / "applied"

    def _inputs(self) -> str:
        """A digest of all that an apply rests on."""
        files = [
            *sorted(INFRA.rglob("*.tf")),
            *sorted((self.root / "config").iterdir()),
            self.target.zip_file.with_suffix(".json"),
        ]
        return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
