"""The verdict on a run: all models, applied to the evidence."""

from tests.faults.models.changes import check_changes
from tests.faults.models.corrections import check_corrections
from tests.faults.models.dead_letters import check_dead_letters
from tests.faults.models.events import check_events
from tests.faults.models.evidence import Evidence
from tests.faults.models.files import check_files
from tests.faults.models.ledger import Ledger
from tests.faults.models.search import check_search
from tests.faults.models.table import check_table
from tests.faults.models.unsent import check_unsent
from tests.faults.models.windows import check_windows


def judge(evidence: Evidence) -> Ledger:
    """Return the ledger of a run. An event without an answer may be stored or not."""
    ledger = Ledger()
    check_events(evidence, ledger)
    check_corrections(evidence, ledger)
    check_files(evidence, ledger)
    check_dead_letters(evidence, ledger)
    check_table(evidence, ledger)
    check_unsent(evidence, ledger)
    check_changes(evidence, ledger)
    check_search(evidence, ledger)
    check_windows(evidence.injected, ledger)
    return ledger
