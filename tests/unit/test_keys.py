import pytest

from ingestion.answer import Problem
from ingestion.keys import check_key, key_digest


def test_a_digest_is_the_one_that_terraform_makes() -> None:
    digest = key_digest("a-key-of-source-a-made-elsewhere")

    assert digest == "X/9nsxrlQh9l8p7DDoHWtT"  # As in infra/modules/api/tests.


def test_either_of_two_live_keys_is_good() -> None:
    live = [key_digest("the-key-in-use"), key_digest("the-next-key")]

    check_key({"x-api-key": "the-key-in-use"}, live, "this source")
    check_key({"x-api-key": "the-next-key"}, live, "this source")


@pytest.mark.parametrize("key", ["", "the-key-in-usE", "X/9nsxrlQh9l8p7DDoHWtT", "\ud800"])
def test_no_other_key_is_good(key: str) -> None:
    live = [key_digest("the-key-in-use"), key_digest("a-key-of-source-a-made-elsewhere")]

    with pytest.raises(Problem, match="this source's key"):
        check_key({"x-api-key": key}, live, "this source")
