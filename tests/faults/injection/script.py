"""Fault scripts: which fault is active when. Read `default.yaml` first."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from microburst.rules import from_dict
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from entities.declared.yaml_file import read_yaml
from infra.tools.build.dependencies import SERVICES
from infra.tools.errors import SetupError
from tests.faults.injection.faults import Chance, Function, Strike
from tests.faults.injection.proxy import FaultProxy

# What the operator does: a call that lasts as long as the window.
ACTIONS = ("restart", "deploy", "close", "pause")
FAULTS = ("rules", "partial", "kill", "stall", "refuse", *ACTIONS)
_EFFECTS = ("error", "latency", "timeout_ms", "reset", "response", "request")
_SIGNALS = {"kill": signal.SIGKILL, "stall": signal.SIGSTOP}
TICK_SECONDS = 0.1
EXTRA_SECONDS = 120
Probability = Annotated[float, Field(gt=0, le=1)]
Source = Literal["sourceA", "sourceB", "sourceC"]


class Window(BaseModel):
    """One fault, active from `at` for `seconds` (both in seconds, counted from the first event).

    A window names exactly one fault: `rules` of microburst
    (https://github.com/pingedbrain/microburst#rules) for calls of the functions to AWS services;
    `partial`, the share of PublishBatch calls that accept only some entries; `kill` or `stall`, the
    share of calls that end so once they have taken effect; `refuse`, the share of deliveries that
    the subscriber's endpoint refuses; `restart` for the emulator, which keeps its state; `deploy`,
    which updates the code of all functions; `close` or `pause`, the source that the operator closes
    or pauses. `function` limits a fault of calls to one function.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    at: Annotated[float, Field(ge=0)]
    seconds: Annotated[float, Field(ge=0, le=600)] = 0
    function: Function | None = None
    rules: list[dict[str, Any]] | None = None
    partial: Probability | None = None
    kill: Probability | None = None
    stall: Probability | None = None
    refuse: Probability | None = None
    restart: Literal[True] | None = None
    deploy: Literal[True] | None = None
    close: Source | None = None
    pause: Source | None = None

    @model_validator(mode="after")
    def _one_fault(self) -> Self:
        if sum(getattr(self, fault) is not None for fault in FAULTS) != 1:
            raise ValueError(f"must name exactly one fault of {', '.join(FAULTS)}")
        if not (self.restart or self.deploy or self.seconds):
            raise ValueError("must last some seconds")
        return self

    @field_validator("rules")
    @classmethod
    def _rules_are_microbursts(cls, rules: list[dict[str, Any]] | None) -> Any:
        for spec in rules or []:
            _check_rule(spec)
        return rules

    @property
    def action(self) -> str | None:
        """Return which of the operator's actions the window names, if any."""
        return next((name for name in ACTIONS if getattr(self, name) is not None), None)

    @property
    def end(self) -> float:
        """Return when the fault ends."""
        return self.at + self.seconds


class _Asked(dict[str, Any]):
    """A rule that records which keys microburst reads, because microburst ignores unknown keys."""

    def __init__(self, spec: dict[str, Any]) -> None:
        super().__init__(spec)
        self.keys_asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.keys_asked.add(key)
        return super().get(key, default)


def _check_rule(spec: dict[str, Any]) -> None:
    asked = _Asked(spec)
    try:
        rule = from_dict(asked)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{spec}: {error}") from error
    if unknown := spec.keys() - asked.keys_asked:
        raise ValueError(f"{', '.join(sorted(unknown))}: no key of microburst's rules")
    if rule.service not in (None, "*", *SERVICES):
        raise ValueError(f"service must be one of {', '.join(SERVICES)}, which functions call")
    if not any(getattr(rule, effect) for effect in _EFFECTS):
        raise ValueError(f"must have an effect: {', '.join(_EFFECTS)}")


# Each returns how often it took effect.
Actions = Mapping[str, Callable[[Window], int]]


def load(file: Path) -> list[Window]:
    """Read the windows of a script. Raises SetupError, which names the wrong key."""
    try:
        windows = TypeAdapter(list[Window]).validate_python(read_yaml(file))
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SetupError(f"{file}: {'; '.join(faults)}") from error
    except (OSError, ValueError) as error:
        raise SetupError(f"{file}: {error}") from error
    names = Counter(window.name for window in windows)
    if repeated := [name for name, count in names.items() if count > 1]:
        raise SetupError(f"{file}: two windows are named {', '.join(repeated)}")
    return windows


def run_script(
    windows: list[Window], proxy: FaultProxy, actions: Actions, stop: threading.Event
) -> None:
    """Turn the faults on and off on time, until all are over or `stop` is set.

    A fault without effect stays on for up to `EXTRA_SECONDS`: a slow machine makes few calls. The
    operator's actions run in parallel. Raises the error of an action at the end.
    """
    started = time.monotonic()
    started_actions: dict[str, Future[int]] = {}
    with ThreadPoolExecutor() as pool:
        while not stop.wait(TICK_SECONDS):
            now = time.monotonic() - started
            active = [window for window in windows if _is_active(window, now, proxy)]
            _set_faults(proxy, active)
            for window in windows:
                if window.action and window.at <= now and window.name not in started_actions:
                    action = actions[window.action]
                    started_actions[window.name] = pool.submit(action, window)
            if not active and all(window.end <= now for window in windows):
                break
        _set_faults(proxy, [])
    for name, effect in started_actions.items():
        proxy.faults.injected[name] += effect.result()


def _is_active(window: Window, now: float, proxy: FaultProxy) -> bool:
    if window.action or now < window.at:
        return False
    extra = 0 if proxy.effect_of(window.name) else EXTRA_SECONDS
    return now < window.end + extra


def effects(windows: list[Window], proxy: FaultProxy) -> dict[str, int]:
    """Return how often the fault of each window took effect."""
    return {window.name: proxy.effect_of(window.name) for window in windows}


def _set_faults(proxy: FaultProxy, active: list[Window]) -> None:
    proxy.set_rules(
        [(window.name, window.function, rule) for window in active for rule in window.rules or []]
    )
    proxy.faults.partials = _chances(active, "partial")
    proxy.faults.refusals = _chances(active, "refuse")
    proxy.faults.strikes = [
        Strike(chance, number)
        for fault, number in _SIGNALS.items()
        for chance in _chances(active, fault)
    ]


def _chances(active: list[Window], fault: str) -> list[Chance]:
    return [
        Chance(window.name, probability, window.function)
        for window in active
        if (probability := getattr(window, fault))
    ]
