"""What became of dead letters that were redriven: the counts, and those that failed."""

from collections.abc import Iterable, Sequence

from ingestion.cli.dlq.target import RedriveAttempt
from ingestion.cli.output import grouped_lines

NOT_TAKEN = "Not all were redriven. The others are still dead letters: redrive them later."

Failure = dict[str, str]


def count(attempts: Sequence[RedriveAttempt]) -> dict[str, int]:
    """Return how many were redriven, would fail again, and were not taken by their target."""
    would_fail = sum(bool(attempt.rejection and not attempt.failure) for attempt in attempts)
    redriven = sum(attempt.is_sent and not attempt.rejection for attempt in attempts)
    not_taken = len(attempts) - would_fail - redriven
    return {"redriven": redriven, "would_fail": would_fail, "not_taken": not_taken}


def list_failures(attempts: Iterable[RedriveAttempt]) -> list[Failure]:
    """Return the dead letters that would fail again, or for which a call failed."""
    return [
        {
            "event_id": attempt.dead_letter.event_id,
            "message_id": attempt.dead_letter.original_id,
            "reason": problem.reason,
            "detail": problem.detail,
        }
        for attempt in attempts
        if (problem := attempt.reported_problem)
    ]


def group_failures(failures: Iterable[Failure], total: int | None = None) -> list[str]:
    """Return each failure once, with the dead letters that it is about, of `total`."""
    problems = [(line["event_id"], "{reason}: {detail}".format(**line)) for line in failures]
    return grouped_lines("dead letter", problems, total)
