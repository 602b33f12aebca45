"""What was found about an id, and what cannot be known."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingestion.cli.audit.line import time_of
from ingestion.cli.audit.log import Line
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.logs.line import LogLine
from ingestion.cli.trace.request import Request
from ingestion.cli.trace.stored import StoredVersion
from ingestion.event import REQUEST_ID
from ingestion.syntax.times import timestamp

_OF_CHANGES = ("changes", "delivery ")  # The functions whose records are changes of stored events.


@dataclass(frozen=True)
class Report:
    """All findings about an id. `waiting` counts the messages in the queues of workers.

    `report_command` shows the report of an upload.
    """

    wanted: str
    since: datetime
    request: Request | None
    dead_letters: Sequence[DeadLetter]
    hidden_dead_letters: int
    lines: Sequence[LogLine]
    history: Sequence[Line]
    versions: Sequence[StoredVersion]
    waiting: Mapping[str, int]
    has_scanned: bool
    report_command: str

    @property
    def is_found(self) -> bool:
        """Return whether anything names the id, or an entity was named that is stored."""
        stored = [version for version in self.versions if version.state != "not_stored"]
        return any((self.request, self.dead_letters, self.lines, self.history, stored))

    @property
    def unknown(self) -> str:
        """Return what cannot be known from here; nothing if the outcome is known."""
        if any(version.is_of_event for version in self.versions):
            return ""
        if self.request and not self.request.counts["EventAccepted"]:
            return ""
        if self.request:
            return (
                f"accepted events that are not listed may {self._wait}, or be stored, superseded"
                " or duplicates (the topic ignores a repeat within five minutes): the log names"
                " only events that failed. To find one of them, trace its own id"
            )
        if any(line.function.startswith(_OF_CHANGES) for line in self.lines):
            stored = "the event was stored, because it caused a change"
            return stored if self.versions else f"{stored}; what is stored now: {self._option}"
        if self.dead_letters:
            return ""
        failures = "its attempts failed" if self.lines else "no failure of it is logged"
        searched = (
            f"since {_minute(self.since)}, {failures}, and no dead letter has this id{self._hidden}"
        )
        how = "" if self.has_scanned or self.versions else f". {self._how_to_find}"
        return f"{searched}: it may {', or '.join(self._possible_outcomes())}{how}"

    @property
    def _how_to_find(self) -> str:
        return f"Name its entity ({self._option}), or look for it in the whole table (--scan)"

    @property
    def _option(self) -> str:
        """Return the option that names the event's entity, if a line does, or else an example."""
        keys = (line.document.get("entity_key") for line in self.lines)
        key = next(filter(None, keys), "CONTRACT#c-1")
        return f"--entity {shlex.quote(key.replace('#', '/', 1))}"

    def _possible_outcomes(self) -> Iterator[str]:
        yield self._wait
        if any(version.state != "not_stored" for version in self.versions):
            yield "have been stored or superseded before that version"
        elif self.has_scanned:
            yield "have been superseded or a duplicate: the table keeps current versions only"
        elif not self.versions:
            yield "be stored, superseded or a duplicate"
        if not self.lines and not self.history:
            yield "never have been accepted"

    @property
    def _hidden(self) -> str:
        count = self.hidden_dead_letters
        text = f" (about {count} are hidden: behind others, or leased by another command)"
        return text if count else ""

    @property
    def _wait(self) -> str:
        counts = [f"about {count} in {source}" for source, count in self.waiting.items()]
        return f"wait in a queue ({', '.join(counts) or 'SQS counts no message there'})"

    def shown(self) -> Iterator[tuple[str, str]]:
        """Yield the findings for a person: a name and a text for each."""
        yield "id", self.wanted
        if self.request:
            yield self.request.kind, self.request.shown
            if self.request.kind == "upload":
                yield "report", f"`{self.report_command}`"
        yield from (("table", version.shown) for version in self.versions)
        yield from (("dead letter", dead_letter_text(found)) for found in self.dead_letters)
        failures = [line for line in self.lines if line.level != "INFO"]
        yield from (("failure", line.shown) for line in failures)
        yield from (("log", line.shown) for line in self.lines if line not in failures)
        for line in self.history:
            yield "operator", f"{time_of(line)}  {history_text(line)}"
        yield "not known", self.unknown

    @property
    def document(self) -> dict[str, Any]:
        """Return the findings for a program."""
        return {
            "id": self.wanted,
            "since": timestamp(self.since),
            "request": self.request.fields if self.request else None,
            "versions": [version.fields for version in self.versions],
            "dead_letters": [_fields_of(found) for found in self.dead_letters],
            "hidden_dead_letters": self.hidden_dead_letters,
            "lines": [line.fields for line in self.lines],
            "history": list(self.history),
            "waiting": dict(self.waiting),
            "unknown": self.unknown or None,
        }


def _minute(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def history_text(line: Line) -> str:
    """Return what an operator did, for a person."""
    return f"{line['action']} by {line['actor']}"


def dead_letter_text(found: DeadLetter) -> str:
    """Return a dead letter for a person."""
    text = "{event_id} in {queue} since {since}: {reason}".format(**found.facts)
    return f"{text}: {found.detail}" if found.detail else text


def _fields_of(found: DeadLetter) -> dict[str, Any]:
    request_id = found.attributes.get(REQUEST_ID, "")
    return found.facts | {"detail": found.detail, "request_id": request_id}
