"""An environment of this checkout: its files, its state and its Terraform."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from infra.tools.build import lambda_package
from infra.tools.build.target import Target, aws_target
from infra.tools.deploy import terraform
from infra.tools.deploy.config import EnvironmentFiles, load_files
from infra.tools.deploy.resource_progress import count_changes
from infra.tools.deploy.state_bucket import StateBucket, require_account
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA, ROOT, shown_path
from infra.tools.run import console, show_step
from ingestion.cli.login.private_file import create_private_folder, write_private

LOCAL = "local"


class SavedPlan(NamedTuple):
    """A plan: its file, and its content as Terraform's JSON."""

    file: Path
    content: Any


class Environment:
    """An environment of this checkout: the settings of its Terraform, and what an apply returns.

    `directory` holds what is kept between runs: outputs with API keys, Terraform's data, an
    emulator. It is never committed.
    """

    folder = "{name}"
    terraform_root = INFRA
    backend_options: tuple[str, ...] = ()

    def __init__(self, name: str, root: Path = ROOT) -> None:
        self.name = name
        self.root = root
        self.directory = root / ".stack" / self.folder.format(name=name)
        self.outputs_file = self.directory / "outputs.json"

    @cached_property
    def files(self) -> EnvironmentFiles:
        """The environment's two files. Raises SetupError if one is missing or shared."""
        return load_files(self.name, self.root / "config")

    @cached_property
    def target(self) -> Target:
        """The target of the functions' package."""
        return aws_target()

    @property
    def package_file(self) -> Path:
        """The functions' zip: the one that TF_VAR_package_file names, or the target's."""
        file = os.environ.get("TF_VAR_package_file")  # noqa: SIM112 - Terraform's own spelling
        return Path(file).resolve() if file else self.target.zip_file

    @cached_property
    def emulator_settings(self) -> dict[str, str]:
        """Return the settings of a boto3 client that reaches an emulator; none for AWS."""
        return {}

    def variables(self) -> dict[str, str]:
        """Return the environment variables of Terraform's process."""
        emulator = self.emulator_settings.items()
        return {
            "TF_DATA_DIR": str(self.directory / "terraform"),
            "TF_VAR_package_file": str(self.package_file),
            **{f"AWS_{name.removeprefix('aws_').upper()}": value for name, value in emulator},
        }

    def variable_options(self) -> list[str]:
        """Return the options that give Terraform the values of its variables."""
        return [f"-var-file={self.files.variables_file}"]

    def client(self, service: str, region: str | None = None, config: Config | None = None) -> Any:
        """Return a boto3 client with the user's credentials, by default in the own region."""
        region = region or self.files.variables.get("region")
        settings = {"region_name": region, "config": config, **self.emulator_settings}
        return boto3.client(service, **settings)  # type: ignore[call-overload]  # A generic name.

    @cached_property
    def state_bucket(self) -> StateBucket:
        """The bucket of the state. Raises SetupError without credentials of the account."""
        wanted = self.files.variables.get("account_id")
        account = require_account(self.client, wanted, self.name)
        backend = self.files.backend
        s3 = self.client("s3", backend["region"])
        return StateBucket(s3, backend["bucket"], backend["region"], account)

    def __str__(self) -> str:
        region = self.files.variables.get("region")
        return f"{self.name} ({region} of account {self.state_bucket.account})"

    def init(self) -> None:
        """Make Terraform ready. Raises SetupError if the state's bucket cannot be used."""
        backend = self.files.backend_file
        if not self.state_bucket.exists():
            raise SetupError(
                f"Bucket {self.state_bucket.name}, which {backend} names for the state,"
                f" does not exist: run `make bootstrap ENV={self.name}`."
            )
        self.create_directory()
        options = ("-reconfigure", "-lockfile=readonly", f"-backend-config={backend}")
        with show_step("Preparing Terraform"):
            terraform.init(self.terraform_root, self.variables(), *options, *self.backend_options)

    def plan(self, *options: str, log: Path | None = None) -> bool:
        """Print a plan. Return whether `-detailed-exitcode` found changes."""
        arguments = ("plan", *self.variable_options(), *options)
        run = partial(terraform.run, self.terraform_root, self.variables(), *arguments)
        if not log:
            return run()
        with show_step("Planning") as progress:
            return run(log=log, progress=progress)

    @contextmanager
    def saved_plan(self, *options: str, log: Path | None = None) -> Iterator[SavedPlan]:
        """Print a plan, and yield it.

        The plan contains secrets: only our user can read its folder, which is deleted at the end.
        """
        with TemporaryDirectory(dir=self.directory) as folder:
            file = Path(folder) / "plan.tfplan"
            self.plan(f"-out={file}", *options, log=log)
            yield SavedPlan(file, self.read_plan(file))

    def read_plan(self, file: Path) -> Any:
        """Return a saved plan as Terraform's JSON."""
        arguments = ("show", "-json", str(file))
        return json.loads(terraform.capture(self.terraform_root, self.variables(), *arguments))

    def apply(self, plan: SavedPlan) -> None:
        """Apply a saved plan. The caller has checked what it deletes."""
        arguments = ("apply", "-compact-warnings", str(plan.file))
        log = self.directory / "apply.log"
        with show_step("Applying", count_changes(plan.content)) as progress:
            terraform.run(
                self.terraform_root, self.variables(), *arguments, log=log, progress=progress
            )
        console.print(
            f"Applied {progress.done} of {progress.total} changes. Log: {shown_path(log)}"
        )

    def package(self) -> None:
        """Build the functions' zip, unless TF_VAR_package_file names another."""
        if self.package_file != self.target.zip_file:
            return
        if self.target.interpreter is None:
            console.print(
                f"This machine has no Python {self.target.python}. The package contains no"
                " bytecode, and its functions start slower."
            )
        with show_step("Packaging the functions"):
            lambda_package.build(self.target)

    def save_outputs(self) -> None:
        """Keep the outputs, and an emulator's endpoint, for the `ingest` command."""
        printed = terraform.capture(self.terraform_root, self.variables(), "output", "-json")
        values = {name: output["value"] for name, output in json.loads(printed).items()}
        if self.emulator_settings:
            values["endpoint_url"] = self.emulator_settings["endpoint_url"]
        write_private(self.outputs_file, json.dumps(values, indent=2) + "\n")

    def create_directory(self) -> None:
        """Create the directory for our user only: the emulator's state in it contains the keys."""
        create_private_folder(self.directory)
