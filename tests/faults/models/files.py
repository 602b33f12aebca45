"""The model of files: good rows are events, bad rows are reported, and the sums are right."""

from tests.faults.history.files import File, Row
from tests.faults.history.uploads import Account
from tests.faults.injection.puts import Put
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.models.table import written_puts


def check_files(evidence: Evidence, ledger: Ledger) -> None:
    """Account for every file and every row."""
    puts: dict[str, list[Put]] = {}
    for put in evidence.puts:
        puts.setdefault(put.key, []).append(put)
    written = set(map(id, written_puts(evidence.puts)))
    for file in evidence.files:
        accounts = [account for account in evidence.accounts if account.name == file.name]
        ledger.counts[file.source]["files"] += 1
        if not accounts:
            ledger.find(file.source, "reports wrong", f"{file.name} has no report")
        for account in accounts:
            _check_report(file, account, ledger)
        for row in file.rows:
            if row.is_good and accounts:
                _check_row(file, row, puts.get(row.key, []), written, ledger)


def _check_report(file: File, account: Account, ledger: Ledger) -> None:
    report, counts = account.report, ledger.counts[file.source]
    good = len(file.rows) - len(file.bad_lines)
    expected = {
        "state": "done",
        "rows": len(file.rows),
        "accepted": good,
        "rejected": len(file.bad_lines),
        "published": good,
    }
    found = report.model_dump(include=set(expected))
    if found != expected:
        ledger.find(file.source, "reports wrong", f"{file.name}: {found} instead of {expected}")
    if sum(report.rejections.values()) != report.rejected:
        ledger.find(file.source, "reports wrong", f"{file.name}: {report.rejections}")
    if sorted(account.rejected_lines) != file.bad_lines:
        what = f"{file.name} rejects lines {account.rejected_lines} instead of {file.bad_lines}"
        ledger.find(file.source, "reports wrong", what)
    if bool(report.refused) != file.is_refused:
        ledger.find(file.source, "reports wrong", f"{file.name}: refused {report.refused!r}")
    counts["refused files"] += bool(report.refused)
    counts["rejected rows"] += report.rejected


def _check_row(file: File, row: Row, puts: list[Put], written: set[int], ledger: Ledger) -> None:
    """Count the row as an event that was acknowledged, with its outcome."""
    counts = ledger.counts[file.source]
    own = [put for put in puts if put.fields == row.fields and put.version.source == file.source]
    counts["attempted"] += 1
    counts["acknowledged"] += 1
    if any(id(put) in written for put in own):
        counts["stored"] += 1
    elif any(put.is_older for put in own):
        counts["superseded"] += 1
    else:
        ledger.find(file.source, "lost", f"line {row.line} of {file.name}")
