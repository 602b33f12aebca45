"""What the log says about a request or an upload: who sent it, and how many events it brought."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingestion.cli.logs.line import LogLine
from ingestion.event import REQUEST_ID

_RECEIVERS = ("api", "query", "extractor", "inserter")
_READS = {
    "QueryAnswered": "a read that was answered",
    "QueryRefused": "a read that was refused",
    "QueryFailed": "a read that failed",
}


@dataclass
class Request:
    """The counts of a request or an upload. `refused` is the status or the reason if it failed.

    `time` is that of the receipt, or of the first line if the log does not have the receipt.
    """

    kind: str
    time: str
    source: str | None = None
    has_url: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    rejected_for: Counter[str] = field(default_factory=Counter)
    not_taken_for: list[str] = field(default_factory=list)
    refused: Any = None

    def add(self, line: LogLine) -> None:
        """Add the counts of a line."""
        keys, counts = line.keys, line.counts
        self.source = self.source or keys.get("source")
        self.time = keys.get("received_at", self.time)
        self.has_url = self.has_url or line.message == "upload_prepared"
        self.refused = self.refused or keys.get("refused")
        self.counts.update(counts)
        if rejected := counts.get("EventRejected"):
            self.rejected_for[keys.get("reason", "")] += rejected
        for reason in keys.get("not_taken_for", []):
            if reason not in self.not_taken_for:
                self.not_taken_for.append(reason)

    @property
    def fields(self) -> dict[str, Any]:
        """Return the request for a program."""
        return {
            "kind": self.kind,
            "source": self.source,
            "time": self.time,
            "accepted": self.counts["EventAccepted"],
            "rejected": self.counts["EventRejected"],
            "rejected_for": self.rejected_for,
            "not_taken": self.counts["EventNotTaken"],
            "not_taken_for": self.not_taken_for,
            "rows_rejected": self.counts["RowRejected"],
            "refused": self.refused,
        }

    @property
    def shown(self) -> str:
        """Return the request for a person."""
        of_source = f"of {self.source}" if self.source else "of no known source"
        return f"{of_source}, {self.time}: {', '.join(self._parts())}"

    def _parts(self) -> Iterator[str]:
        if self.refused:
            yield f"refused: {self.refused}"
        others = [text for metric, text in _READS.items() if self.counts[metric]]
        if self.has_url:
            others.append("a URL for an upload was returned")
        if others:
            yield from others
            return
        if self.kind == "upload":
            yield f"rows: {self.counts['RowRejected']} rejected"
        reasons = [f"{count} {reason}" for reason, count in self.rejected_for.items()]
        of = "events: " if self.kind == "upload" else ""
        yield f"{of}{self.counts['EventAccepted']} accepted"
        yield _with_reasons(f"{self.counts['EventRejected']} rejected", reasons)
        yield _with_reasons(f"{self.counts['EventNotTaken']} not taken", self.not_taken_for)


def _with_reasons(text: str, reasons: Iterable[str]) -> str:
    listed = ", ".join(reasons)
    return f"{text} ({listed})" if listed else text


def request_of(wanted: str, lines: Iterable[LogLine]) -> Request | None:
    """Return the request or upload with this id, or None if no line of a receiver names it."""
    found: Request | None = None
    for line in lines:
        kinds = {REQUEST_ID: "request", "upload_id": "upload"}
        kind = next((kinds[name] for name in kinds if line.document.get(name) == wanted), None)
        if kind and line.function in _RECEIVERS:
            found = found or Request(kind, line.time)
            found.add(line)
    return found
