"""A short soak: six hundred events through the applied stack while faults are injected."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Checkout, copy_checkout, free_port, with_provider

PNG = b"\x89PNG\r\n\x1a\n"
# The times after which functions end and messages are redelivered: in the code, and for this test.
SHORTER = {
    "infra/modules/source/main.tf": (
        ("timeout_seconds = 10\n", "timeout_seconds = 6\n"),
        ("= 6 *", "= 4 *"),
    ),
    "infra/modules/delivery/main.tf": (
        ("timeout_seconds = 30\n", "timeout_seconds = 24\n"),
        ("= 6 *", "= 1 *"),
    ),
    "infra/modules/changes/main.tf": (("timeout_seconds = 30\n", "timeout_seconds = 10\n"),),
    # A killed batch meets the table's outage. Its second failure would delay it by two minutes.
    "ingestion/messaging/redelivery.py": (
        ("_FIRST_DELAY_SECONDS = 30\n", "_FIRST_DELAY_SECONDS = 6\n"),
    ),
}


def shorten_times(checkout: Checkout) -> None:
    """Let the functions end sooner, and the queues redeliver what failed within half a minute."""
    for name, changes in SHORTER.items():
        file = checkout.directory / name
        text = file.read_text()
        for before, after in changes:
            assert text.count(before) == 1
            text = text.replace(before, after)
        file.write_text(text)


def test_under_every_fault_nothing_is_lost_and_nothing_is_stored_twice(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    checkout = copy_checkout(tmp_path, free_port())
    shorten_times(checkout)
    command = ("-m", "tests.faults.soak", "--events", "600", "--faults", "short")

    with with_provider(checkout, tmp_path_factory.mktemp("provider")) as prepared:
        soak = prepared.run(*command, check=False, port=str(checkout.port))

    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "wrong dead letters" in " ".join(soak.stdout.split())
    assert (tmp_path / ".stack/soak/soak.png").read_bytes().startswith(PNG)
