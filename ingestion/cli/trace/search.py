"""Looks for an id in the dead letters, the logs, the audit log and the queues."""

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingestion.cli.audit.log import Line
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.queue import backlog
from ingestion.cli.environment import Deployment
from ingestion.cli.files.upload_status import failed_upload_id
from ingestion.cli.logs.functions import log_groups, of_functions, worker_of
from ingestion.cli.logs.line import LogLine
from ingestion.cli.logs.read import LogReader
from ingestion.event import REQUEST_ID

# What a filter pattern of CloudWatch may quote, and JSON does not escape.
_PLAIN = re.compile(r"[ !#-\[\]-~]+")
_IDS = ("event_id", REQUEST_ID, "upload_id")
_POOL_SIZE = 10


@dataclass(frozen=True)
class TracedId:
    """An id of an event, a request or an upload, and where to look for it.

    With `source`, only events of this source count: an id is unique within its source.
    """

    deployment: Deployment
    wanted: str
    source: str | None
    since: datetime
    read_dead_letters: actions.ReadDeadLetters = actions.read_dead_letters

    def dead_letters(self) -> tuple[list[DeadLetter], int]:
        """Return the dead letters of the event, of the request, or of the upload's calls.

        The number is about how many others are hidden: behind these, or leased by another command.
        """
        queues = actions.dead_letter_queues(self.deployment)
        others = self.deployment.dead_letter_queue_urls.keys() - {self.source}
        read = {n: q for n, q in queues.items() if self.source is None or n not in others}
        visible = self.read_dead_letters(read)
        counts = self._backlogs({name: queue.url for name, queue in read.items()})
        hidden = max(0, sum(counts.values()) - len(visible))
        return list(filter(self._is_about, visible)), hidden

    def lines(self) -> list[LogLine]:
        """Return the lines that name the id, oldest first."""
        others = {worker_of(source) for source in self.deployment.queue_urls} if self.source else ()
        worker = worker_of(self.source) if self.source else None
        names = [n for n in log_groups(self.deployment) if n == worker or n not in others]
        # Without a pattern, all lines are read and compared here.
        pattern = f'"{self.wanted}"' if _PLAIN.fullmatch(self.wanted) else ""
        selections = of_functions(self.deployment, names)
        reader = LogReader(self.deployment, selections, pattern)
        found = reader.read_since(int(self.since.timestamp() * 1000))
        return [line for line in found if self._names_it(line.document)]

    def history(self) -> list[Line]:
        """Return what operators did with the event, oldest first."""
        return list(self.deployment.audit_log.read(self.wanted, self.wanted))

    def waiting(self, sources: Iterable[str]) -> dict[str, int]:
        """Return about how many messages wait or are in flight, by source, without those of 0."""
        urls = self.deployment.queue_urls
        counts = self._backlogs({source: urls[source] for source in sources if source in urls})
        return {source: count for source, count in counts.items() if count}

    def _backlogs(self, urls: Mapping[str, str]) -> dict[str, int]:
        sqs = self.deployment.client("sqs")
        with ThreadPoolExecutor(_POOL_SIZE) as pool:
            counts = pool.map(lambda url: backlog(sqs, url), urls.values())
            return dict(zip(urls, counts, strict=True))

    def _is_about(self, found: DeadLetter) -> bool:
        if self.wanted in (found.attributes.get(REQUEST_ID), failed_upload_id(found)):
            return True
        ids = {*found.ids, found.value("data", "cause", "id")}  # A change names its event.
        return self.wanted in ids and self._is_of_source(found.value("source"))

    def _names_it(self, line: dict[str, Any]) -> bool:
        if self.wanted in line.get("request_ids", ()):
            return True
        named = [name for name in _IDS if line.get(name) == self.wanted]
        return bool(named) and (named != ["event_id"] or self._is_of_source(line.get("source")))

    def _is_of_source(self, source: Any) -> bool:
        """Return whether the source is the wanted one. The line of a worker names none."""
        return self.source is None or source in (None, self.source)
