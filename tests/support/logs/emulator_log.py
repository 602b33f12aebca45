"""Writes lines into the log of the local emulator, in its form."""

from datetime import datetime

from ingestion.cli.checkout import Checkout


def write_emulator_log(checkout: Checkout, time: datetime, *messages: str) -> None:
    with checkout.emulator_log.open("a") as log:
        for message in messages:
            log.write(f"{time:%Y-%m-%d %H:%M:%S} WARNING [lambda] {message}\nTraceback\n")
