"""The model of corrections: an accepted one is stored, an older one is refused with the time."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from ingestion.catalog import OPERATOR
from ingestion.syntax.times import timestamp
from tests.faults.history.corrections import ACCEPTED, NOT_THERE, OLDER, SentCorrection
from tests.faults.injection.puts import Put
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.models.table import written_puts

SLACK_SECONDS = 3  # The proxy records a put some time after the table wrote it.


def request_key(event_id: str) -> str:
    """Return the Idempotency-Key with which the id of a correction's event begins."""
    return event_id.rpartition(":")[0]


def check_corrections(evidence: Evidence, ledger: Ledger) -> None:
    """Account for every correction of the operator."""
    written = written_puts(evidence.puts)
    puts_by_request: defaultdict[str, list[Put]] = defaultdict(list)
    for put in evidence.puts:
        puts_by_request[request_key(put.version.id)].append(put)
    written_by_key: defaultdict[str, list[Put]] = defaultdict(list)
    for put in written:
        written_by_key[put.key].append(put)
    dead = Counter(request_key(evidence.event_id(message)) for message in evidence.dead_letters)
    for sent in evidence.corrections:
        puts = puts_by_request[sent.correction.request_key]
        of_entity = written_by_key[sent.correction.key]
        _count_answers(sent, ledger)
        _check_content(sent, puts, ledger)
        _check_answer(sent, of_entity, ledger)
        _check_outcome(sent, puts, of_entity, dead[sent.correction.request_key], ledger)


def _count_answers(sent: SentCorrection, ledger: Ledger) -> None:
    counts = ledger.counts[OPERATOR]
    counts["attempted"] += sent.correction.times
    counts["acknowledged"] += sent.statuses.count(ACCEPTED)
    counts["refused"] += len(sent.statuses) - sent.statuses.count(ACCEPTED)
    counts["unanswered"] += sent.correction.times - len(sent.statuses)


def _check_content(sent: SentCorrection, puts: list[Put], ledger: Ledger) -> None:
    """Find puts with another entity or content, or with a time at which nobody asked for them."""
    correction = sent.correction
    for put in puts:
        is_in_time = any(began <= put.version.time <= ended for began, ended in sent.attempts)
        is_same = (put.key, put.fields) == (correction.key, correction.fields)
        is_exact = bool(put.state.replaces) == correction.is_conditional
        if not (is_in_time and is_same and is_exact):
            ledger.find(OPERATOR, "unexpected", f"{correction.name} was put as {put}")


def _check_answer(sent: SentCorrection, of_entity: list[Put], ledger: Ledger) -> None:
    """Check the last answer by what the table held while the API made it."""
    if not sent.statuses:
        return
    (began, ended), status, correction = sent.attempts[-1], sent.statuses[-1], sent.correction
    if len(sent.attempts) == 1:  # The first attempt cannot find what it makes itself.
        of_entity = [put for put in of_entity if not _is_of(put, sent)]
    before = [put for put in of_entity if _text_time(put.at) < began]
    end = _later(ended, SLACK_SECONDS)
    held: list[Put | None] = [put for put in of_entity if began <= _text_time(put.at) <= end]
    held += before[-1:] or [None]
    allowed = {allowed for put in held for allowed in _right_answers(sent, put)}
    if status not in allowed:
        what = f"{correction.name} was answered with {status} while the table held {held}"
        ledger.find(OPERATOR, "unexpected", what)
    if status == OLDER and sent.stored_time not in {put.version.time for put in held if put}:
        what = f"{correction.name} was refused for {sent.stored_time}, which was not stored"
        ledger.find(OPERATOR, "unexpected", what)


def _right_answers(sent: SentCorrection, held: Put | None) -> set[int]:
    """Return what the API may answer while the table holds the state of this put."""
    began, ended = sent.attempts[-1]
    if sent.correction.is_conditional:
        return {ACCEPTED if held and held.fields is not None else NOT_THERE}
    if held is None or held.version.time < began:
        return {ACCEPTED}
    return {OLDER} if held.version.time > ended else {ACCEPTED, OLDER}


def _check_outcome(
    sent: SentCorrection, puts: list[Put], of_entity: list[Put], dead: int, ledger: Ledger
) -> None:
    """Count the outcome of an accepted correction. A refused one must not reach the table.

    Only a conditional one may be a dead letter: another version was stored in the meantime.
    """
    accepted, correction = sent.statuses.count(ACCEPTED), sent.correction
    was_always_answered = len(sent.attempts) == len(sent.statuses)
    if not accepted and puts and was_always_answered:
        ledger.find(OPERATOR, "unexpected", f"{correction.name} was refused, and put")
    if dead and not (correction.is_conditional and puts):
        ledger.find(OPERATOR, "unexpected", f"{correction.name} is a dead letter")
    if not accepted:
        return
    counts = ledger.counts[OPERATOR]
    if any(put in of_entity for put in puts):
        counts["stored"] += 1
    elif any(put.is_older for put in puts) and not correction.is_conditional:
        counts["superseded"] += 1
    elif dead:
        counts["dead-lettered"] += 1
    else:
        ledger.find(OPERATOR, "lost", correction.name)
        return
    counts["duplicate"] += accepted - 1


def _is_of(put: Put, sent: SentCorrection) -> bool:
    return request_key(put.version.id) == sent.correction.request_key


def _text_time(seconds: float) -> str:
    return timestamp(datetime.fromtimestamp(seconds, UTC))


def _later(time: str, seconds: float) -> str:
    return timestamp(datetime.fromisoformat(time) + timedelta(seconds=seconds))
