"""A short soak: a thousand events through the applied stack while faults are injected."""

from pathlib import Path

from tests.e2e.conftest import Checkout, copy_checkout, free_port

PNG = b"\x89PNG\r\n\x1a\n"


def shorten_timeout(checkout: Checkout) -> None:
    """Let workers end after 6 s instead of 10, and so their records be redelivered after 36 s."""
    module = checkout.directory / "infra" / "modules" / "source" / "main.tf"
    before = module.read_text()
    module.write_text(before.replace("timeout_seconds = 10\n", "timeout_seconds = 6\n", 1))
    assert module.read_text() != before


def test_under_every_fault_nothing_is_lost_and_nothing_is_stored_twice(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path, free_port())
    shorten_timeout(checkout)
    command = ("-m", "tests.faults.soak", "--events", "1000", "--faults", "short")

    soak = checkout.run(*command, check=False, port=str(checkout.port))

    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "without effect" not in soak.stderr
    assert "innocents dead-lettered" in soak.stdout
    assert (tmp_path / ".stack/soak/soak.png").read_bytes().startswith(PNG)
