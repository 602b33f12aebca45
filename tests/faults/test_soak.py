"""The soak itself, short: a thousand events through the applied stack while everything fails."""

from pathlib import Path

from tests.e2e.conftest import copy_checkout, free_port

PNG = b"\x89PNG\r\n\x1a\n"


def test_under_every_fault_nothing_is_lost_and_nothing_is_stored_twice(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path, free_port())
    command = ("-m", "tests.faults.soak", "--events", "1000", "--faults", "short")

    soak = checkout.run(*command, check=False, port=str(checkout.port))

    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "without effect" not in soak.stderr
    assert "innocents dead-lettered" in soak.stdout
    assert (tmp_path / ".stack/soak/soak.png").read_bytes().startswith(PNG)
