"""A checkout of the local stack."""

from pathlib import Path

import pytest

from infra.tools.paths import CONFIG
from tests.tools.stack.stacks import TERRAFORM


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a stand-in for Terraform in it."""
    program = tmp_path / "terraform"
    program.write_text(TERRAFORM)
    program.chmod(0o755)
    monkeypatch.setenv("TERRAFORM", str(tmp_path / "terraform"))
    (tmp_path / "config").symlink_to(CONFIG)
    (tmp_path / ".stack" / "local").mkdir(parents=True)
    return tmp_path
