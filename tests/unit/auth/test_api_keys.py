import pytest

from ingestion.auth.api_keys import check_key, key_digest
from ingestion.http.problem import Problem

LIVE = "".join(
    key_digest(caller, f"{caller}-{generation}")
    for caller in ("sourceA", "sourceB", "operator")
    for generation in ("now", "next")
)


def test_a_digest_is_the_one_that_terraform_makes() -> None:
    digest = key_digest("sourceA", "a-key-of-source-a-made-elsewhere")

    assert digest == "KKFUJkK8n+T"  # As in infra/modules/api/tests.


def test_either_of_two_live_keys_is_good() -> None:
    check_key({"x-api-key": "sourceA-now"}, LIVE, ["sourceA"], "this source")
    check_key({"x-api-key": "sourceA-next"}, LIVE, ["sourceA"], "this source")


@pytest.mark.parametrize(
    "key", ["", "sourceA-noW", "sourceB-now", "operator-next", LIVE[:11], LIVE, "\ud800"]
)
def test_no_other_key_is_good(key: str) -> None:
    with pytest.raises(Problem, match="this source's key"):
        check_key({"x-api-key": key}, LIVE, ["sourceA"], "this source")


def test_where_any_source_may_each_ones_key_is_good_for_it() -> None:
    check_key({"x-api-key": "operator-next"}, LIVE, ["sourceA", "operator"], "a source")


@pytest.mark.parametrize("digests", ["", LIVE[22:], LIVE[:10], LIVE[1:]])
def test_without_its_own_digest_no_key_is_good(digests: str) -> None:
    with pytest.raises(Problem, match="this source's key"):
        check_key({"x-api-key": "sourceA-now"}, digests, ["sourceA"], "this source")


def test_each_of_three_hundred_sources_has_keys_of_its_own() -> None:
    sources = [f"source{n}" for n in range(300)]
    digests = "".join(key_digest(it, f"{it}-{live}") for it in sources for live in "ab")

    for source in sources:
        check_key({"x-api-key": f"{source}-b"}, digests, [source], "this source")

    with pytest.raises(Problem, match="this source's key"):
        check_key({"x-api-key": "source7-b"}, digests, sources[8:], "this source")
