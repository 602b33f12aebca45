"""Builds what a function needs while Lambda initialises it."""

import gc
import os
from collections.abc import Callable
from functools import cache
from typing import TypeVar

Runtime = TypeVar("Runtime")


def build_at_start(build: Callable[[], Runtime]) -> Callable[[], Runtime]:
    """Return a function that builds the runtime once. In Lambda the runtime is built now.

    In Lambda, Python collects garbage from now on, except among the objects that exist already.
    """
    runtime = cache(build)
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        runtime()
        gc.freeze()
        gc.enable()
    return runtime
