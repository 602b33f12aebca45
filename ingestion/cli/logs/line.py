"""A line that a function printed, and how a person reads it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from ingestion.errors import printable
from ingestion.syntax.times import timestamp

METRICS = "metrics"  # The message of a line that only counts.

# What Lambda itself prints about each run.
_PLATFORM = ("START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START ")
# What each line has. The time and the function are shown in another form.
_LEFT_OUT = {"_aws", "level", "message", "timestamp", "location", "service", "xray_trace_id"}
_TEXT_LEVELS = {"[ERROR]": "ERROR", "[WARNING]": "WARNING", "[INFO]": "INFO"}


@dataclass(frozen=True)
class LogLine:
    """One event of a log group. Without an id: emulators give none."""

    function: str
    stream: str
    time_ms: int
    text: str

    @property
    def is_of_platform(self) -> bool:
        """Return whether Lambda printed the line about the run, and not the function."""
        return self.text.startswith(_PLATFORM)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The line's JSON object; empty if the line is text, such as the traceback of a crash."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def time(self) -> str:
        """Return when the line was printed."""
        return timestamp(datetime.fromtimestamp(self.time_ms / 1000, UTC))

    @property
    def level(self) -> str:
        """Return the level. Lines that only count have none of their own: INFO."""
        first = self.text.partition(" ")[0]
        return str(self.document.get("level") or _TEXT_LEVELS.get(first, "INFO"))

    @property
    def message(self) -> str:
        """Return the message; of a text, its first line."""
        if not self.document:
            return self.text.partition("\n")[0].strip()
        return str(self.document.get("message") or METRICS)

    @property
    def counts(self) -> dict[str, int]:
        """Return the metrics of the line: the sum of a count, the longest of a lag in ms."""
        found = self.document.get("_aws", {}).get("CloudWatchMetrics", [])
        units = {metric["Name"]: metric["Unit"] for each in found for metric in each["Metrics"]}
        reduce_by_unit = {name: sum if unit == "Count" else max for name, unit in units.items()}
        return {name: round(reduce(self.document[name])) for name, reduce in reduce_by_unit.items()}

    @property
    def keys(self) -> dict[str, Any]:
        """Return all other keys of the line, with its metrics as whole numbers."""
        shown = {n: value for n, value in self.document.items() if n not in _LEFT_OUT}
        return shown | self.counts

    @property
    def shown(self) -> str:
        """Return the line for a person: time, function, level, message and keys."""
        keys = " ".join(f"{name}={_value(value)}" for name, value in self.keys.items())
        text = f"{self.time}  {self.function}  {self.level}  {self.message}  {keys}"
        return printable(text.rstrip())

    @property
    def fields(self) -> dict[str, Any]:
        """Return the line for a program."""
        return {
            "time": self.time,
            "function": self.function,
            "level": self.level,
            "message": self.message,
            "keys": self.keys,
        }


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text
