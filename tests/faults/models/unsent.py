"""The model of everything else: no put and no message that nobody sent."""

from collections import defaultdict

from tests.faults.history.events import Kind
from tests.faults.injection.puts import Fields
from tests.faults.models.corrections import request_key
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import ALL, Ledger


def check_unsent(evidence: Evidence, ledger: Ledger) -> None:
    """Find puts of no event, correction or row, and messages in queues that nobody sent."""
    requests = {sent.correction.request_key for sent in evidence.corrections}
    known = _known_states(evidence)
    for put in evidence.puts:
        is_correction = request_key(put.version.id) in requests
        if not is_correction and put.fields not in known[put.version.source, put.key]:
            ledger.find(put.version.source, "unexpected", f"a put that nobody sent: {put}")
    sent_ids = {event.id for event in evidence.history}
    for message in (*evidence.dead_letters, *evidence.unrouted):
        event_id = evidence.event_id(message)
        if event_id not in sent_ids and request_key(event_id) not in requests:
            what = f"a message in {message.queue} that nobody sent: {event_id}"
            ledger.find(ALL, "unexpected", what)


def _known_states(evidence: Evidence) -> defaultdict[tuple[str, str], list[Fields]]:
    """Return the fields that events and rows may put, by source and entity."""
    known: defaultdict[tuple[str, str], list[Fields]] = defaultdict(list)
    for event in evidence.history:
        if event.kind is not Kind.REFUSED:
            known[event.source, event.key].append(event.fields)
    for file in evidence.files:
        for row in file.rows:
            known[file.source, row.key].append(row.fields)
    return known
