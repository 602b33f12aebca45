"""The ingestion platform. Each package is one step of the pipeline.

Every package may use the modules in this folder (settings, catalog, event, errors). This file also
turns garbage collection off while Lambda imports the code.
"""

import gc
import os

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    gc.disable()  # Until `build_at_start`: imports create hardly any garbage.
