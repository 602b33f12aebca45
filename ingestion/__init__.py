"""The ingestion platform: its packages are the stations of a record on its way.

The modules beside the packages (settings, catalog, event, errors) are what every package may
use; nothing else belongs here.
"""

import gc
import os

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    gc.disable()  # Until `build_at_start`: imports make hardly any garbage.
