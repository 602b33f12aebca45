"""Runs one AWS provider for many Terraform processes, so that they need not start their own."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.tools.deploy import terraform
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA

START_SECONDS = 240
POLL_SECONDS = 0.05
# Fewer garbage collections save a tenth of their time: they mostly build schemas.
MEMORY = {"GOGC": "off", "GOMEMLIMIT": "768MiB"}
# The provider prints this when it listens. The value is for Terraform.
_LISTENS = re.compile(r"TF_REATTACH_PROVIDERS='(.+)'")


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[dict[str, str]]:
    """Run a provider within the block. Yield the variables that make Terraform use it.

    The provider keeps no state between Terraform's commands. `variables` hold its credentials and
    endpoint, because it does not see Terraform's. Its files are in `folder`. Raises SetupError if
    there is no provider, or if the provider does not start.
    """
    log = folder / "provider.log"
    settings = terraform.environment(**MEMORY, **variables)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [_program(folder), "-debug"], env=settings, stdout=output, stderr=output
        )
    try:
        yield {"TF_REATTACH_PROVIDERS": _address(process, log), **MEMORY}
    finally:
        process.terminate()
        process.wait()


def _program(folder: Path) -> Path:
    """Return the provider's program, which `terraform init` checks against the lock file."""
    terraform.init(INFRA, {"TF_DATA_DIR": str(folder)}, "-backend=false")
    return next((folder / "providers" / terraform.PROVIDER).glob("*/*/terraform-provider-aws*"))


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := _LISTENS.search(log.read_text()):
            return found[1]
        time.sleep(POLL_SECONDS)
    raise SetupError(f"The AWS provider did not start:\n{log.read_text()}")
