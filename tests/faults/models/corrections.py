"""The model of corrections: an accepted one is stored, an older one is refused with the time."""

from collections import defaultdict
from datetime import UTC, datetime

from ingestion.catalog import OPERATOR
from ingestion.event import timestamp
from tests.faults.history.corrections import ACCEPTED, OLDER, SentCorrection
from tests.faults.injection.puts import Put
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.models.table import written_puts


def check_corrections(evidence: Evidence, ledger: Ledger) -> None:
    """Account for every correction of the operator."""
    written = written_puts(evidence.puts)
    puts_by_request: defaultdict[str, list[Put]] = defaultdict(list)
    for put in evidence.puts:
        puts_by_request[put.version.id.rpartition(":")[0]].append(put)
    written_by_key: defaultdict[str, list[Put]] = defaultdict(list)
    for put in written:
        written_by_key[put.key].append(put)
    for sent in evidence.corrections:
        puts = puts_by_request[sent.correction.request_key]
        of_entity = written_by_key[sent.correction.key]
        _count_answers(sent, ledger)
        _check_content(sent, puts, ledger)
        _check_answer(sent, of_entity, ledger)
        _check_outcome(sent, puts, of_entity, ledger)


def _count_answers(sent: SentCorrection, ledger: Ledger) -> None:
    counts = ledger.counts[OPERATOR]
    counts["attempted"] += sent.correction.times
    counts["acknowledged"] += sent.statuses.count(ACCEPTED)
    counts["refused"] += sent.statuses.count(OLDER)
    counts["unanswered"] += sent.correction.times - len(sent.statuses)


def _check_content(sent: SentCorrection, puts: list[Put], ledger: Ledger) -> None:
    """Find puts with another entity or content, or with a time at which nobody asked for them."""
    correction = sent.correction
    for put in puts:
        is_in_time = any(began <= put.version.time <= ended for began, ended in sent.attempts)
        if (put.key, put.fields) != (correction.key, correction.fields) or not is_in_time:
            ledger.find(OPERATOR, "unexpected", f"{correction.name} was put as {put}")


def _check_answer(sent: SentCorrection, of_entity: list[Put], ledger: Ledger) -> None:
    """Check that a 409 names a stored time that is later, and that an older correction got one."""
    if not sent.statuses:
        return
    (began, ended), name = sent.attempts[-1], sent.correction.name
    stored_times = {put.version.time for put in of_entity}
    if sent.statuses[-1] == OLDER and not began < sent.stored_time in stored_times:
        what = f"{name} was refused for {sent.stored_time}, which is not stored and later"
        ledger.find(OPERATOR, "unexpected", what)
    known = [put for put in of_entity if _text_time(put.at) < began]
    newer = [put for put in known if put.version.time > ended]
    if sent.statuses[-1] == ACCEPTED and newer:
        ledger.find(OPERATOR, "unexpected", f"{name} was accepted, and {newer[-1]} is newer")


def _check_outcome(
    sent: SentCorrection, puts: list[Put], of_entity: list[Put], ledger: Ledger
) -> None:
    """Count the outcome of an accepted correction. A refused one must not reach the table."""
    accepted, name = sent.statuses.count(ACCEPTED), sent.correction.name
    was_always_answered = len(sent.attempts) == len(sent.statuses)
    if not accepted:
        if puts and was_always_answered:
            ledger.find(OPERATOR, "unexpected", f"{name} was refused, and reached the table")
        return
    if any(put in of_entity for put in puts):
        ledger.counts[OPERATOR]["stored"] += 1
    elif any(put.is_older for put in puts):
        ledger.counts[OPERATOR]["superseded"] += 1
    else:
        ledger.find(OPERATOR, "lost", name)
        return
    ledger.counts[OPERATOR]["duplicate"] += accepted - 1


def _text_time(seconds: float) -> str:
    return timestamp(datetime.fromtimestamp(seconds, UTC))
