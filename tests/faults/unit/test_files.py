"""The model of files notices lost rows, and reports that do not fit the file."""

from typing import Any

import pytest

from ingestion.files.report import Report
from tests.faults.history.events import Workload
from tests.faults.history.files import File, Row, plan_files
from tests.faults.history.uploads import Account
from tests.faults.injection.puts import Put
from tests.faults.models.evidence import Evidence
from tests.faults.models.files import check_files
from tests.faults.models.ledger import Ledger
from tests.faults.unit.factories import KEY, RUN, SOURCE, faults, planned, put, state

FIRST, LAST = planned(1), planned(2)
ROWS = (Row(2, KEY, FIRST.fields), Row(3), Row(4, KEY, LAST.fields))
FILE = File(1, SOURCE, f"{RUN}-f1.csv", b"", ROWS)
REFUSED = File(1, SOURCE, f"{RUN}-f2.csv", b"colour\n", ())
PUTS = [put(FIRST), put(LAST)]


def account(file: File = FILE, lines: tuple[int, ...] = (3,), **changes: Any) -> Account:
    """Return the right account of the file, with these changes."""
    right: dict[str, Any] = {
        "state": "done",
        "rows": 3,
        "accepted": 2,
        "rejected": 1,
        "published": 2,
        "rejections": {"unreadable_row": 1},
    }
    time = "2026-01-01T00:00:00.000000Z"
    about = {"source": SOURCE, "upload_id": "u", "key": f"uploads/sourceB/{file.name}"}
    times = {"version_id": "v", "size_bytes": 1, "uploaded_at": time, "started_at": time}
    return Account(file.name, Report(**(about | times | right | changes)), list(lines))


NOTHING: dict[str, Any] = {
    "rows": 0,
    "accepted": 0,
    "rejected": 0,
    "published": 0,
    "rejections": {},
    "refused": "wrong_header",
}


def judged(file: File, accounts: list[Account], puts: list[Put]) -> Ledger:
    ledger = Ledger()
    check_files(Evidence(RUN, files=[file], accounts=accounts, puts=puts), ledger)
    return ledger


def test_each_row_is_counted_with_its_outcome() -> None:
    ledger = judged(FILE, [account()], [put(LAST), put(FIRST, held=state(LAST))])

    assert ledger.is_clean, ledger.findings
    assert +ledger.counts[SOURCE] == {
        "files": 1,
        "rejected rows": 1,
        "attempted": 2,
        "acknowledged": 2,
        "stored": 1,
        "superseded": 1,
    }


def test_a_file_that_is_uploaded_twice_and_a_refused_file_are_clean() -> None:
    assert judged(FILE, [account(), account()], PUTS).is_clean
    assert judged(REFUSED, [account(REFUSED, (), **NOTHING)], []).is_clean


@pytest.mark.parametrize(
    ("expected", "accounts", "puts"),
    [
        pytest.param(["lost"], [account()], PUTS[:1], id="the last row"),
        pytest.param(["lost"], [account()], PUTS[1:], id="the first row"),
        pytest.param(["reports wrong"], [], [], id="no report"),
        pytest.param(["reports wrong"], [account(state="inserting")], PUTS, id="not done"),
        pytest.param(["reports wrong"], [account(rows=2, accepted=1)], PUTS, id="a row too few"),
        pytest.param(["reports wrong"], [account(published=1)], PUTS, id="not all published"),
        pytest.param(["reports wrong"], [account(rejections={})], PUTS, id="a wrong sum"),
        pytest.param(["reports wrong"], [account(lines=(4,))], PUTS, id="another line"),
        pytest.param(["reports wrong"], [account(lines=())], PUTS, id="a rejection not kept"),
        pytest.param(["reports wrong"], [account(refused="damaged")], PUTS, id="a file refused"),
        pytest.param(
            ["reports wrong"], [account(), account(published=1)], PUTS, id="the second upload"
        ),
    ],
)
def test_every_wrong_end_of_a_file_is_found(
    expected: list[str], accounts: list[Account], puts: list[Put]
) -> None:
    assert faults(judged(FILE, accounts, puts)) == expected


def test_a_refused_file_that_is_accepted_is_found() -> None:
    accepted = account(REFUSED, (), **(NOTHING | {"refused": ""}))

    assert faults(judged(REFUSED, [accepted], [])) == ["reports wrong"]


def test_the_planned_files_have_good_and_bad_rows_and_some_are_refused() -> None:
    files = plan_files(Workload(RUN, 1000, seconds=60), seed=1)

    rows = [row for file in files for row in file.rows]
    assert 0.05 < sum(not row.is_good for row in rows) / len(rows) < 0.3
    assert {file.name.rpartition(".")[2] for file in files} == {"csv", "jsonl"}
    assert any(file.is_refused for file in files)
    assert all(0 <= file.at <= 60 for file in files)
