"""Everything that a run sends, and those who send it."""

import threading
import time
from dataclasses import dataclass
from typing import Self

from ingestion.cli.environment import Deployment
from tests.faults.history.corrections import Correction, Corrector, plan_corrections
from tests.faults.history.events import Planned, Workload
from tests.faults.history.files import File, plan_files
from tests.faults.history.operator import Operator
from tests.faults.history.senders import Senders
from tests.faults.history.uploads import Uploads

PATIENCE_SECONDS = 240


@dataclass(frozen=True)
class History:
    """Everything that a run sends."""

    events: list[Planned]
    corrections: list[Correction]
    files: list[File]

    @classmethod
    def plan(cls, workload: Workload) -> Self:
        """Return the history of a workload."""
        events = workload.planned()
        corrections = plan_corrections(workload, events, workload.seed)
        return cls(events, corrections, plan_files(workload, workload.seed))


@dataclass(frozen=True)
class Actors:
    """The sources, which post events and upload files, and the operator."""

    senders: Senders
    corrector: Corrector
    uploads: Uploads
    operator: Operator

    @classmethod
    def build(
        cls, sources: Deployment, operator: Deployment, history: History, seconds: float
    ) -> Self:
        """Return those who send a history within some seconds, and retry for a while after that.

        `operator` are the outputs that the operator's commands read.
        """
        deadline = time.monotonic() + seconds + PATIENCE_SECONDS
        return cls(
            Senders(sources, seconds, PATIENCE_SECONDS),
            Corrector(sources, deadline),
            Uploads(sources, deadline),
            Operator(operator, history.events),
        )

    def start(self, history: History) -> list[threading.Thread]:
        """Start to send the history in several threads, and return them."""
        return [
            *self.senders.start(history.events),
            self.corrector.start(history.corrections),
            self.uploads.start(history.files),
        ]
