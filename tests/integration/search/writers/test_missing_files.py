"""Files that S3 does not delete, and files of the index that are gone."""

import pytest

from ingestion.errors import TransientFailure
from tests.integration.search.events import contract_event
from tests.integration.search.platform import INDEX, Platform
from tests.integration.search.writers.ages import make_older
from tests.integration.search.writers.rebuilds import begin, pages_of
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import Json


def test_a_file_that_s3_does_not_delete_stays_named_until_it_does(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    first = platform.pointer()
    platform.put(contract_event(1, "pump", minute=1))
    kept, *gone = sorted(first.keys() - platform.pointer().keys())
    make_older(platform, minutes=11)
    answers = [canned({"Errors": [{"Key": kept, "Code": "InternalError"}]})]
    deletions: list[set[str]] = []

    def refuse(params: Json) -> Canned | None:
        deletions.append({entry["Key"] for entry in params["Delete"]["Objects"]})
        return answers.pop() if answers else None

    intercept(platform.indexer.commits.local.s3, "DeleteObjects", refuse)
    platform.put(contract_event(2, "pump"))

    assert deletions == [{kept, *gone}]
    assert kept in platform.pointer().named_keys()
    assert not {*gone} & platform.pointer().named_keys()

    platform.put(contract_event(3, "pump"))

    assert deletions[1:] == [{kept}]
    assert kept not in platform.pointer().named_keys() | platform.objects()


def test_an_index_that_lost_a_file_is_named_and_a_rebuild_repairs_it(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    lost = next(k for k in platform.pointer().files.values() if k.endswith(".store"))
    platform.s3.delete_object(Bucket=INDEX, Key=lost)
    platform.indexer = platform.new_indexer()
    changes = platform.store(contract_event(2, "turbine"))

    with pytest.raises(TransientFailure, match="IndexDamaged"):
        platform.index(changes)
    platform.rebuild()

    assert platform.index(changes) == []
    assert platform.ids("turbine") == ["c-1", "c-2"]


def test_a_rebuild_that_lost_a_file_is_named_and_another_one_repairs_it(
    platform: Platform,
) -> None:
    platform.put(*(contract_event(n, "turbine") for n in range(4)))
    run = begin(platform, rows=2, generation="lost")
    with pages_of(platform, 2):
        assert run.commit_next_rows() == "continues"
    rebuild = platform.pointer().rebuild
    assert rebuild
    lost = next(key for key in rebuild.files.values() if key.endswith(".store"))
    platform.s3.delete_object(Bucket=INDEX, Key=lost)
    platform.indexer = platform.new_indexer()

    with pytest.raises(TransientFailure, match="IndexDamaged"):
        platform.rebuild({"rebuild": "lost"})

    assert len(platform.ids("turbine")) == 4
    platform.rebuild()
    assert platform.pointer().rebuild is None
    assert len(platform.ids("turbine")) == 4
