"""The processes of the functions, found by the port from which they call."""

import signal
from collections.abc import Callable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Processes:
    """The processes that may get a signal, which `family` returns."""

    family: Callable[[], list[psutil.Process]]

    def signal(self, port: int, number: signal.Signals) -> bool:
        """Send the signal to the process that has this port. Return whether there is one."""
        for process in self.family():
            try:
                ports = {connection.laddr.port for connection in process.net_connections("tcp4")}
                if port in ports:
                    process.send_signal(number)
                    return True
            except psutil.Error:  # The process has already ended.
                continue
        return False
