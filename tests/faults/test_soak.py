"""A short soak: six hundred events through the applied stack while faults are injected."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Checkout, copy_checkout, free_port, with_provider

PNG = b"\x89PNG\r\n\x1a\n"
# The timeouts of functions and queues by module of infra/modules: in the code, and for this test.
SHORTER = {
    "source": (("timeout_seconds = 10\n", "timeout_seconds = 6\n"), ("= 6 *", "= 4 *")),
    "delivery": (("timeout_seconds = 30\n", "timeout_seconds = 24\n"), ("= 6 *", "= 1 *")),
    "changes": (("timeout_seconds = 30\n", "timeout_seconds = 10\n"),),
}


def shorten_timeouts(checkout: Checkout) -> None:
    """Let the functions end sooner, and the queues redeliver records after 24 s."""
    for name, changes in SHORTER.items():
        module = checkout.directory / "infra" / "modules" / name / "main.tf"
        text = module.read_text()
        for before, after in changes:
            assert text.count(before) == 1
            text = text.replace(before, after)
        module.write_text(text)


def test_under_every_fault_nothing_is_lost_and_nothing_is_stored_twice(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    checkout = copy_checkout(tmp_path, free_port())
    shorten_timeouts(checkout)
    command = ("-m", "tests.faults.soak", "--events", "600", "--faults", "short")

    with with_provider(checkout, tmp_path_factory.mktemp("provider")) as prepared:
        soak = prepared.run(*command, check=False, port=str(checkout.port))

    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "wrong dead letters" in " ".join(soak.stdout.split())
    assert (tmp_path / ".stack/soak/soak.png").read_bytes().startswith(PNG)
