"""The threads of a function keep to one core."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, get_ident
from typing import TypeVar

import pytest

from ingestion.aws.pool import new_pool
from ingestion.settings import POOL_SIZE

T = TypeVar("T")
ON_LINUX = hasattr(os, "sched_getaffinity")
linux = pytest.mark.skipif(not ON_LINUX, reason="the system has no say in where threads run")


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with new_pool() as made:
        yield made


def of_all(pool: ThreadPoolExecutor, ask: Callable[[], T]) -> list[T]:
    """The answer of each thread, asked while all are at work."""
    together = Barrier(POOL_SIZE, timeout=10)

    def answer(_: int) -> T:
        together.wait()
        return ask()

    return list(pool.map(answer, range(POOL_SIZE)))


def cores() -> set[int]:
    return os.sched_getaffinity(0)


@linux
def test_threads_share_one_core_and_their_function_keeps_all(pool: ThreadPoolExecutor) -> None:
    before = cores()

    first, *others = of_all(pool, cores)

    assert len(first) == 1
    assert others == [first] * (POOL_SIZE - 1)
    assert cores() == before


@linux
@pytest.mark.parametrize("core", sorted(cores()) if ON_LINUX else [])
def test_the_core_is_one_that_the_function_has(core: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.sched_getaffinity
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {core})
    with new_pool() as pool:
        monkeypatch.setattr(os, "sched_getaffinity", real)

        assert of_all(pool, cores) == [{core}] * POOL_SIZE


@linux
def test_a_system_that_does_not_allow_it_takes_nothing_else_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)

    with new_pool() as pool:
        assert of_all(pool, cores) == [cores()] * POOL_SIZE


def test_a_system_that_tells_no_cores_has_as_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sched_getaffinity", "sched_setaffinity"):
        monkeypatch.delattr(os, name, raising=False)

    with new_pool() as pool:
        assert len(set(of_all(pool, get_ident))) == POOL_SIZE


def test_results_come_in_order_and_an_error_is_raised_where_it_belongs(
    pool: ThreadPoolExecutor,
) -> None:
    def tenth(number: int) -> float:
        return 10 / number

    results = pool.map(tenth, [5, 2, 0, 1])

    assert [next(results), next(results)] == [2, 5]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_after_an_error_what_has_not_begun_is_left(pool: ThreadPoolExecutor) -> None:
    done: list[int] = []
    over = Event()

    def fail_first(number: int) -> None:
        if number == 0:
            raise ValueError
        over.wait(10)
        done.append(number)

    with pytest.raises(ValueError):  # noqa: PT011 - it is ours
        list(pool.map(fail_first, range(3 * POOL_SIZE)))
    over.set()
    pool.shutdown()

    assert len(done) <= POOL_SIZE
