import pytest

from ingestion.auth.api_keys import check_key, key_digest
from ingestion.http.http_problem import HttpProblem

LIVE = "".join(
    key_digest(caller, f"{caller}-{generation}")
    for caller in ("sourceA", "sourceB", "operator")
    for generation in ("now", "next")
)


def is_accepted(key: str, digests: str, callers: list[str]) -> bool:
    """Return whether the key is accepted as one of these callers' keys."""
    try:
        check_key({"x-api-key": key}, digests, callers, "this source")
    except HttpProblem:
        return False
    return True


def test_python_and_terraform_compute_the_same_digest() -> None:
    digest = key_digest("sourceA", "a-key-of-source-a-made-elsewhere")

    assert digest == "KKFUJkK8n+T"  # The tests in infra/modules/api/tests expect the same digest.


@pytest.mark.parametrize("key", ["sourceA-now", "sourceA-next"])
def test_both_live_keys_of_a_source_are_accepted(key: str) -> None:
    assert is_accepted(key, LIVE, ["sourceA"])


@pytest.mark.parametrize(
    "key", ["", "sourceA-noW", "sourceB-now", "operator-next", LIVE[:11], LIVE, "\ud800"]
)
def test_any_other_key_is_refused(key: str) -> None:
    with pytest.raises(HttpProblem, match="this source's key"):
        check_key({"x-api-key": key}, LIVE, ["sourceA"], "this source")


@pytest.mark.parametrize("key", ["sourceA-now", "operator-next"])
def test_the_keys_of_all_allowed_callers_are_accepted(key: str) -> None:
    assert is_accepted(key, LIVE, ["sourceA", "operator"])


@pytest.mark.parametrize("digests", ["", LIVE[22:], LIVE[:10], LIVE[1:]])
def test_a_key_whose_digest_is_missing_is_refused(digests: str) -> None:
    with pytest.raises(HttpProblem, match="this source's key"):
        check_key({"x-api-key": "sourceA-now"}, digests, ["sourceA"], "this source")


def test_each_of_three_hundred_sources_has_its_own_keys() -> None:
    sources = [f"source{n}" for n in range(300)]
    digests = "".join(key_digest(name, f"{name}-{live}") for name in sources for live in "ab")

    accepted = [name for name in sources if is_accepted(f"{name}-b", digests, [name])]

    assert accepted == sources
    assert not is_accepted("source7-b", digests, sources[8:])
