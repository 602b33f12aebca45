"""An environment of this checkout: its files, its state and its Terraform."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3

from infra.tools.build import lambda_package
from infra.tools.build.target import aws_target
from infra.tools.deploy import access, terraform
from infra.tools.deploy.config import Files, files_of
from infra.tools.deploy.state_bucket import StateBucket
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA, ROOT, state_directory
from infra.tools.run import talk

LOCAL = "local"


@dataclass(frozen=True)
class Stack:
    """An environment of this checkout: Terraform's settings for it and what came of them."""

    environment: str
    root: Path = field(default=ROOT, kw_only=True)

    @property
    def directory(self) -> Path:
        """Return the folder for what is kept between runs, which is never committed."""
        return state_directory(self.environment, self.root)

    @property
    def terraform_root(self) -> Path:
        """Return the folder in which Terraform runs."""
        return INFRA

    @property
    def outputs_file(self) -> Path:
        """Return the file of the last apply's outputs, for `ingest`. It holds API keys."""
        return self.directory / "outputs.json"

    @cached_property
    def files(self) -> Files:
        """The environment's two files. Raises SetupError if they are missing or not its own."""
        return files_of(self.environment, self.root / "config")

    @property
    def package_file(self) -> Path:
        """The functions' zip: the one that TF_VAR_package_file names, or one that we build."""
        given = os.environ.get("TF_VAR_package_file")  # noqa: SIM112 - Terraform's own spelling
        return Path(given).resolve() if given else aws_target().zip_file

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

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a boto3 client with the user's credentials, by default in the own region."""
        return self._session.client(  # type: ignore[call-overload]  # Stubs want the name spelt out.
            service, region_name=region or self.files.variable("region"), **self.emulated
        )

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session()

    @cached_property
    def state_bucket(self) -> StateBucket:
        """The bucket of the state. Raises SetupError without credentials of the account."""
        account = access.account_of(self.client)
        access.require_account(account, self.files.variable("account_id"), self.environment)
        name, _, region = self.files.state()
        return StateBucket(self.client("s3", region), name, region, account)

    def init(self) -> None:
        """Make Terraform ready. Raises SetupError if the state's bucket cannot be used."""
        files = self.files
        if not self.state_bucket.exists():
            raise SetupError(
                f"Bucket {self.state_bucket.name}, which {files.backend.name} names for the state,"
                f" is not there: run `make bootstrap ENV={self.environment}`."
            )
        options = ("-reconfigure", "-lockfile=readonly", f"-backend-config={files.backend}")
        terraform.init(self.terraform_root, self.variables(), *options, *self.backend_options())

    def backend_options(self) -> list[str]:
        """Return options of `terraform init` beyond the backend's file."""
        return []

    def plan(self, *options: str, log: Path | None = None) -> bool:
        """Show a plan. Return whether `-detailed-exitcode` found changes."""
        arguments = ("plan", "-input=false", *self.inputs(), *options)
        return terraform.run(self.terraform_root, self.variables(), *arguments, log=log)

    def inputs(self) -> list[str]:
        """Return the options that give Terraform the environment's variables."""
        return [f"-var-file={self.files.variables}"]

    @contextmanager
    def planned(self, *options: str, log: Path | None = None) -> Iterator[Path]:
        """Show a plan, and yield the file that holds it until the caller has decided.

        The plan holds secrets: only our user may enter its folder.
        """
        self._make_directory()
        with TemporaryDirectory(dir=self.directory) as folder:
            plan = Path(folder) / "plan.tfplan"
            self.plan(f"-out={plan}", *options, log=log)
            yield plan

    def apply(self, plan: Path, *options: str, log: Path | None = None) -> None:
        """Apply a saved plan. The caller has checked what it deletes."""
        arguments = ("apply", "-input=false", *options, str(plan))
        terraform.run(self.terraform_root, self.variables(), *arguments, log=log)

    def shown(self, plan: Path) -> dict[str, Any]:
        """Return a saved plan as Terraform's JSON."""
        return terraform.shown(self.terraform_root, self.variables(), plan)

    def forget(self) -> None:
        """Delete the kept outputs."""
        self.outputs_file.unlink(missing_ok=True)

    def package(self) -> None:
        """Build the functions' zip for AWS, unless one is given."""
        target = aws_target()
        if self.package_file != target.zip_file:
            return
        if target.interpreter is None:
            talk.print(f"No Python {target.python} here: without bytecode functions start slower.")
        lambda_package.build(target)

    def save_outputs(self) -> None:
        """Keep the outputs, and an emulator's endpoint, for the `ingest` command."""
        found = terraform.outputs(self.terraform_root, self.variables())
        if self.emulated:
            found["endpoint_url"] = self.emulated["endpoint_url"]
        self._make_directory()
        write_private(self.outputs_file, json.dumps(found, indent=2) + "\n")

    def _make_directory(self) -> None:
        """Make it for our user only: the emulator keeps the state in it, and so the keys."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o700)


def write_private(file: Path, text: str) -> None:
    """Write a file for our user only. It is never seen half written."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(file)
