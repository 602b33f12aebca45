"""Runs the AWS provider once for many Terraforms, which would otherwise each start it often."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.tools.deploy import terraform
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA

START_SECONDS = 60
POLL_SECONDS = 0.05
# What the provider says once it listens, of which Terraform takes the value.
_LISTENS = re.compile(r"TF_REATTACH_PROVIDERS='(.+)'")


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """A provider that runs meanwhile; the variables that make Terraform use it.

    It keeps no state between plans that are mocked. `folder` holds what is needed. Raises
    SetupError where there is no provider, or it does not start.
    """
    log = folder / "provider.log"
    # Most of its work is to describe all of AWS: collecting garbage less often is a quarter of it.
    settings = terraform.environment(GOGC="400")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [_program(folder), "-debug"], env=settings, stdout=output, stderr=output
        )
    try:
        yield {"TF_REATTACH_PROVIDERS": _said(process, log), "GOGC": "400"}
    finally:
        process.terminate()
        process.wait()


def _program(folder: Path) -> Path:
    """The provider's program, which `terraform init` checks against the lock file."""
    terraform.init(INFRA, {"TF_DATA_DIR": str(folder)}, "-backend=false")
    return next((folder / "providers" / terraform.PROVIDER).glob("*/*/terraform-provider-aws*"))


def _said(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if said := _LISTENS.search(log.read_text()):
            return said[1]
        time.sleep(POLL_SECONDS)
    raise SetupError(f"The AWS provider did not start:\n{log.read_text()}")
