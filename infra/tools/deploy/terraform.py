"""Runs Terraform, with the AWS provider that this machine has."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from infra.tools.errors import SetupError

PROVIDER = Path("registry.terraform.io/hashicorp/aws")
_LOCKED = (
    " If another run holds the environment's state, nothing was changed: wait for that run to end."
    " Free the state only if that run is dead, as docs/deploy.md says."
)
# The AWS provider does not mark the key as sensitive in `aws_api_gateway_usage_plan_key.value`.
_COLOUR = r"\x1b\[[\d;]*m"
_KEY = re.compile(rf"(?:[\s~+-]|{_COLOUR})*value(?:\s|{_COLOUR})*=")
_TEXT = re.compile(r'"[^"]*"')


def command(directory: Path, *arguments: str) -> tuple[str, ...]:
    """Return a command of the Terraform that TERRAFORM names. Raises SetupError without one."""
    program = shutil.which(os.environ.get("TERRAFORM") or "terraform")
    if program is None:
        raise SetupError(
            "There is no Terraform on the PATH. `make setup` installs one. To use another,"
            " set the variable TERRAFORM."
        )
    return (program, f"-chdir={directory}", *arguments)


def _plugin_options() -> list[str]:
    """Return `-plugin-dir` if this machine keeps the provider where Terraform does not look."""
    given = os.environ.get("TF_PLUGIN_DIR")
    kept = sorted(Path("/opt").glob(f"*/{PROVIDER}"))
    folders = [given] if given else [str(provider.parents[2]) for provider in kept]
    return [f"-plugin-dir={folder}" for folder in folders[:1]]


def environment(**variables: str) -> dict[str, str]:
    """Return our own environment and `variables`, without settings that would break Terraform.

    These are a CLI configuration that does not exist and, if `variables` name an emulator, all
    settings of an AWS profile or session.
    """
    # Terraform and the provider mostly read schemas: fewer garbage collections save a fifth.
    inherited = {"GOGC": "200", **os.environ, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
    if "AWS_ENDPOINT_URL" in variables:
        inherited = {name: v for name, v in inherited.items() if not name.startswith("AWS_")}
    configuration = inherited.get("TF_CLI_CONFIG_FILE")
    if configuration and not Path(configuration).is_file():
        del inherited["TF_CLI_CONFIG_FILE"]
    return inherited | variables


def init(directory: Path, variables: Mapping[str, str], *options: str) -> None:
    """Make `directory` ready to plan. Raises SetupError if no AWS provider is found."""
    plugins = _plugin_options()
    try:
        _read(directory, variables, "init", "-input=false", "-no-color", *plugins, *options)
    except SetupError as error:
        if "provider" not in str(error):
            raise
        tried = plugins[0] if plugins else "Terraform's own folders and the registry"
        raise SetupError(
            f"{error}\nThe AWS provider was looked for in {tried}. Give Terraform network access,"
            " or set TF_PLUGIN_DIR to a directory that holds registry.terraform.io/hashicorp/aws."
        ) from error


def run(
    directory: Path, variables: Mapping[str, str], *arguments: str, log: Path | None = None
) -> bool:
    """Run a command, to the terminal or into `log`. Raises SetupError if it fails.

    Returns whether `plan -detailed-exitcode` found changes. API keys are masked.
    """
    with (
        log.open("w") if log else nullcontext(sys.stdout) as output,
        subprocess.Popen(
            command(directory, *arguments),
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if log else None,
            text=True,
        ) as process,
    ):
        for line in process.stdout or ():
            output.write(_masked(line))
            output.flush()
    has_changes = process.returncode == 2 and "-detailed-exitcode" in arguments
    if process.returncode and not has_changes:
        printed = f":\n{log.read_text()}" if log else f", see above.{_LOCKED}"
        raise SetupError(f"terraform {arguments[0]} failed{printed}")
    return has_changes


def _masked(line: str) -> str:
    """Return a line of Terraform's output without API keys."""
    return _TEXT.sub("(sensitive value)", line) if _KEY.match(line) else line


def shown(directory: Path, variables: Mapping[str, str], plan: Path) -> dict[str, Any]:
    """Return a saved plan as Terraform's JSON. Raises SetupError if it fails."""
    document: dict[str, Any] = json.loads(_read(directory, variables, "show", "-json", str(plan)))
    return document


def outputs(directory: Path, variables: Mapping[str, str]) -> dict[str, object]:
    """Return the outputs by name, sensitive ones included."""
    found = json.loads(_read(directory, variables, "output", "-json"))
    return {name: output["value"] for name, output in found.items()}


def _read(directory: Path, variables: Mapping[str, str], *arguments: str) -> str:
    """Return what a command prints. Raises SetupError if it fails."""
    answer = subprocess.run(
        command(directory, *arguments),
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise SetupError(f"terraform {arguments[0]} failed:\n{answer.stdout}{answer.stderr}")
    return answer.stdout
