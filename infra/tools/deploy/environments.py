"""An environment of this checkout: its files, its state and its Terraform."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from botocore.config import Config

from infra.tools.build import lambda_package
from infra.tools.build.target import Target, aws_target
from infra.tools.deploy import access, terraform
from infra.tools.deploy.config import EnvironmentFiles, files_of
from infra.tools.deploy.state_bucket import StateBucket
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA, ROOT, state_directory
from infra.tools.run import talk

LOCAL = "local"


class Environment:
    """An environment of this checkout: the settings of its Terraform, and what an apply returns.

    `directory` holds what is kept between runs. It is never committed. Its `outputs_file` holds
    API keys.
    """

    terraform_root = INFRA
    backend_options: tuple[str, ...] = ()

    def __init__(self, name: str, root: Path = ROOT, directory: Path | None = None) -> None:
        self.name = name
        self.root = root
        self.directory = directory or state_directory(name, root)
        self.outputs_file = self.directory / "outputs.json"

    @cached_property
    def files(self) -> EnvironmentFiles:
        """The environment's two files. Raises SetupError if one is missing or shared."""
        return files_of(self.name, self.root / "config")

    @cached_property
    def target(self) -> Target:
        """The target of the functions' package."""
        return aws_target()

    @property
    def package_file(self) -> Path:
        """The functions' zip: the one that TF_VAR_package_file names, or the target's."""
        given = os.environ.get("TF_VAR_package_file")  # noqa: SIM112 - Terraform's own spelling
        return Path(given).resolve() if given else self.target.zip_file

    @property
    def emulated(self) -> dict[str, str]:
        """Return the settings of a boto3 client that reaches an emulator; none for AWS."""
        return {}

    def variables(self) -> dict[str, str]:
        """Return the environment variables of Terraform's process."""
        return {
            "TF_DATA_DIR": str(self.directory / "terraform"),
            "TF_VAR_package_file": str(self.package_file),
            **{f"AWS_{name.removeprefix('aws_').upper()}": v for name, v in self.emulated.items()},
        }

    def inputs(self) -> list[str]:
        """Return the options that give Terraform the environment's variables."""
        return [f"-var-file={self.files.variables}"]

    def client(self, service: str, region: str | None = None, config: Config | None = None) -> Any:
        """Return a boto3 client with the user's credentials, by default in the own region."""
        return boto3.client(  # type: ignore[call-overload]  # Stubs want the name spelt out.
            service,
            region_name=region or self.files.variable("region"),
            config=config,
            **self.emulated,
        )

    @cached_property
    def state_bucket(self) -> StateBucket:
        """The bucket of the state. Raises SetupError without credentials of the account."""
        account = access.account_of(self.client)
        access.require_account(account, self.files.variable("account_id"), self.name)
        name, _, region = self.files.state()
        return StateBucket(self.client("s3", region), name, region, account)

    def init(self) -> None:
        """Make Terraform ready. Raises SetupError if the state's bucket cannot be used."""
        backend = self.files.backend
        if not self.state_bucket.exists():
            raise SetupError(
                f"Bucket {self.state_bucket.name}, which {backend.name} names for the state,"
                f" does not exist: run `make bootstrap ENV={self.name}`."
            )
        options = ("-reconfigure", "-lockfile=readonly", f"-backend-config={backend}")
        terraform.init(self.terraform_root, self.variables(), *options, *self.backend_options)

    def plan(self, *options: str, log: Path | None = None) -> bool:
        """Show a plan. Return whether `-detailed-exitcode` found changes."""
        return self._run("plan", *self.inputs(), *options, log=log)

    @contextmanager
    def planned(self, *options: str, log: Path | None = None) -> Iterator[Path]:
        """Show a plan, and yield the file that holds it. Delete the file at the end.

        The plan contains secrets: only our user can read its folder.
        """
        self.make_directory()
        with TemporaryDirectory(dir=self.directory) as folder:
            plan = Path(folder) / "plan.tfplan"
            self.plan(f"-out={plan}", *options, log=log)
            yield plan

    def apply(self, plan: Path, *options: str, log: Path | None = None) -> None:
        """Apply a saved plan. The caller has checked what it deletes."""
        self._run("apply", *options, str(plan), log=log)

    def shown(self, plan: Path) -> dict[str, Any]:
        """Return a saved plan as Terraform's JSON."""
        return terraform.shown(self.terraform_root, self.variables(), plan)

    def _run(self, command: str, *arguments: str, log: Path | None) -> bool:
        given = (command, "-input=false", *arguments)
        return terraform.run(self.terraform_root, self.variables(), *given, log=log)

    def forget(self) -> None:
        """Delete the kept outputs."""
        self.outputs_file.unlink(missing_ok=True)

    def package(self) -> None:
        """Build the functions' zip, unless TF_VAR_package_file names another."""
        if self.package_file != self.target.zip_file:
            return
        if self.target.interpreter is None:
            talk.print(
                f"This machine has no Python {self.target.python}. The package contains no"
                " bytecode, and its functions start slower."
            )
        lambda_package.build(self.target)

    def save_outputs(self) -> None:
        """Keep the outputs, and an emulator's endpoint, for the `ingest` command."""
        found = terraform.outputs(self.terraform_root, self.variables())
        if self.emulated:
            found["endpoint_url"] = self.emulated["endpoint_url"]
        self.make_directory()
        write_private(self.outputs_file, json.dumps(found, indent=2) + "\n")

    def make_directory(self) -> None:
        """Make the directory for our user only: the emulator's state in it contains the keys."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o700)


def write_private(file: Path, text: str) -> None:
    """Write a file for our user only, in one step."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(file)
