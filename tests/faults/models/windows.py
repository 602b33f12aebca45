"""The model of faults: each window of the script must have taken effect."""

from collections.abc import Mapping

from tests.faults.models.ledger import ALL, Ledger


def check_windows(injected: Mapping[str, int], ledger: Ledger) -> None:
    """Find windows in which nothing failed. Without a fault the run proves nothing about it."""
    for name, count in injected.items():
        if not count:
            ledger.find(ALL, "without effect", f"{name}: nothing failed in this window")
