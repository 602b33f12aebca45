"""What the operator does to the stack while events are sent: close, pause and deploy."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import sleep

from infra.tools.build.target import Target
from ingestion.cli.dlq.queue import backlog
from ingestion.cli.environment import Deployment
from ingestion.cli.sources import actions
from tests.faults.collect import await_true
from tests.faults.injection.script import EXTRA_SECONDS, Window
from tests.faults.stack import functions_by_name

RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True)
class Steering:
    """The operator's actions. `refusals` counts the 503 of closed sources, by source."""

    deployment: Deployment
    refusals: Counter[str]
    target: Target

    @property
    def actions(self) -> dict[str, Callable[[Window], int]]:
        """Return the actions by their names in a script."""
        return {"close": self.close, "pause": self.pause, "deploy": self.deploy}

    def close(self, window: Window) -> int:
        """Close a source until the window ends and a sender was refused. Return the refusals."""
        source, before = str(window.close), self.refusals[str(window.close)]
        actions.close_source(self.deployment, source, RETRY_AFTER_SECONDS)
        try:
            sleep(window.seconds)
            await_true(lambda: self.refusals[source] > before, EXTRA_SECONDS)
            return self.refusals[source] - before
        finally:
            actions.open_source(self.deployment, source)

    def pause(self, window: Window) -> int:
        """Pause a source until the window ends and messages wait. Return how many wait."""
        source, sqs = str(window.pause), self.deployment.client("sqs")
        url = self.deployment.queue_urls[source]
        actions.pause_source(self.deployment, source)
        try:
            sleep(window.seconds)
            await_true(lambda: backlog(sqs, url) > 0, EXTRA_SECONDS)
            return backlog(sqs, url)
        finally:
            actions.resume_source(self.deployment, source)

    def deploy(self, _: Window) -> int:
        """Update the code of all functions. Return how many there are.

        The emulator kills a function that runs. AWS lets it end.
        """
        functions, names = self.deployment.client("lambda"), functions_by_name(self.deployment)
        for name, function in names.items():
            package = "search" if function in ("extractor", "indexer") else "functions"
            code = self.target.zip_of(package).read_bytes()
            functions.update_function_code(FunctionName=name, ZipFile=code)
        return len(names)
