"""The ingestion platform: its packages are the stations of a record.

Every package may use the modules beside the packages (settings, catalog, event, errors). Nothing
else belongs here.
"""

import gc
import os

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    gc.disable()  # Until `build_at_start`: imports create hardly any garbage.
