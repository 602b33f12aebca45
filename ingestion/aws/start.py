"""Builds what a function needs while Lambda initialises it."""

import gc
import os
from collections.abc import Callable


def build_at_start(runtime: Callable[[], object]) -> None:
    """In Lambda, build the runtime during initialisation, on the full CPU. Elsewhere do nothing.

    From then on Python collects garbage, except among the objects that exist by then.
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        runtime()
        gc.freeze()
        gc.enable()
