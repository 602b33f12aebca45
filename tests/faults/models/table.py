"""The model of the table: every put is judged by the order of events, and the newest one stays."""

from collections.abc import Iterable

from tests.faults.injection.puts import Put, Result, State, Version
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger


def written_puts(puts: Iterable[Put]) -> list[Put]:
    """Return the puts that were written, in the order of the table.

    A put without an answer was written if a later put found its state.
    """
    puts = list(puts)
    found = {(put.key, put.held.version) for put in puts if put.held}
    return [
        put
        for put in puts
        if put.result is Result.WRITTEN
        or (put.result is Result.UNKNOWN and (put.key, put.version) in found)
    ]


def check_table(evidence: Evidence, ledger: Ledger) -> None:
    """Find puts that break the order of events, and items that are not the last written put.

    A version that a correction replaced may be written again after a further event: its later time
    decides then, as docs/queries.md says.
    """
    held: dict[str, State] = {}
    seen: set[tuple[str, Version]] = set()
    for put in written_puts(evidence.puts):
        source, before = put.version.source, held.get(put.key)
        if (put.key, put.version) in seen:
            ledger.find(source, "applied twice", f"{put.key} {put.version}")
        elif not put.wins_over(before):
            ledger.find(source, "order inversions", f"{put.key} {put.state} over {before}")
        seen.add((put.key, put.version))
        if put.state.replaces:
            seen.discard((put.key, put.state.replaces))
        held[put.key] = put.state
    for put in evidence.puts:
        if put.held and put.wins_over(put.held):
            what = f"{put.key} {put.state} was refused for the older {put.held}"
            ledger.find(put.version.source, "order inversions", what)
    for key in held.keys() | evidence.items.keys():
        expected, item = held.get(key), evidence.items.get(key)
        if expected != item:
            source = expected.version.source if expected else "?"
            ledger.find(source, "unexpected", f"{key} holds {item} instead of {expected}")
