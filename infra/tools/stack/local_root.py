"""Lays out the local stack's Terraform root: infra/ as it is, and imports that AWS never sees."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from infra.tools.paths import CONFIG, INFRA


def lay_out(root: Path) -> None:
    """Make a root of links to infra/ and, beside it, config/. It has no imports."""
    shutil.rmtree(root.parent, ignore_errors=True)
    root.mkdir(parents=True)
    for part in (*INFRA.glob("*.tf"), INFRA / ".terraform.lock.hcl", INFRA / "modules"):
        (root / part.name).symlink_to(part)
    (root.parent / CONFIG.name).symlink_to(CONFIG)


def take_over(root: Path, queue_urls: Mapping[str, str]) -> None:
    """Let the next plan import queues, given by their addresses in Terraform."""
    blocks = (
        f'import {{\n  to = {address}\n  id = "{url}"\n}}\n' for address, url in queue_urls.items()
    )
    root.mkdir(parents=True, exist_ok=True)
    (root / "imports.tf").write_text("\n".join(blocks))
