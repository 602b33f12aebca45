"""The ingestion platform: edges, capabilities, the message and the error tree."""

import gc
import os

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    gc.disable()  # Until `settings.initialize`: imports make hardly any garbage.
