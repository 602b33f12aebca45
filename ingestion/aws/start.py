"""Builds what a function needs while Lambda initialises it."""

import gc
import os
from collections.abc import Callable


def build_at_start(runtime: Callable[[], object]) -> None:
    """In Lambda, build the runtime now, on the full CPU of the initialisation; elsewhere nothing.

    Python collects garbage from then on, but not among the objects that stay for good.
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        runtime()
        gc.freeze()
        gc.enable()
