"""`ingest dlq drop` deletes dead letters."""

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest, See
from tests.integration.dead_letters.examples import audited, dead_letter, ids, leases, listed


def test_drop_asks_for_confirmation(cloud: Cloud, ingest: Ingest, see: See) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    unasked = ingest("drop", "c-1", stdin="y\n")
    no = see("dlq", "drop", "c-1", typed="n\n")
    left_after_no = ids(listed(ingest))
    yes = see("dlq", "drop", "c-1", typed="y\n")

    assert unasked.exit_code == 2
    assert "there is no terminal for the question; add --yes" in unasked.stderr
    assert (no.exit_code, left_after_no) == (1, ["c-1", "c-2"])
    assert "Drop 1 permanently?" in yes.text
    assert yes.exit_code == 0
    assert ids(listed(ingest)) == ["c-2"]
    assert audited() == [("drop", "c-1")]


def test_drop_deletes_every_dead_letter_with_the_reason(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "c-3", "type": "rocket.upsert"})

    result = ingest("drop", "--reason", "invalid_entity", "--yes")

    assert "Dropped 2" in result.stderr
    assert ids(listed(ingest)) == ["c-3"]
