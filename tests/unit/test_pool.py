"""The threads of a function keep to one core."""

import os
from collections.abc import Iterator
from concurrent.futures import wait
from threading import Barrier

import pytest

from ingestion.pool import pool
from ingestion.settings import POOL_SIZE


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    pool.cache_clear()
    yield
    pool().shutdown()
    pool.cache_clear()


def cores_of_all() -> list[set[int]]:
    """Where each of the threads may run, found while all are at work."""
    together = Barrier(POOL_SIZE, timeout=10)

    def cores() -> set[int]:
        together.wait()
        return os.sched_getaffinity(0)

    found = [pool().submit(cores) for _ in range(POOL_SIZE)]
    wait(found)
    return [it.result() for it in found]


def test_threads_share_one_core_and_their_function_keeps_all() -> None:
    before = os.sched_getaffinity(0)

    first, *others = cores_of_all()

    assert len(first) == 1
    assert others == [first] * (POOL_SIZE - 1)
    assert os.sched_getaffinity(0) == before


def test_a_system_that_does_not_allow_it_takes_nothing_else_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)

    assert cores_of_all() == [os.sched_getaffinity(0)] * POOL_SIZE


def test_a_system_without_a_say_in_it_has_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_setaffinity")

    assert len(cores_of_all()) == POOL_SIZE


def test_results_come_in_order_and_an_error_is_raised_where_it_belongs() -> None:
    def tenth(number: int) -> float:
        return 10 / number

    results = pool().map(tenth, [5, 2, 0, 1])

    assert [next(results), next(results)] == [2, 5]
    with pytest.raises(ZeroDivisionError):
        next(results)
