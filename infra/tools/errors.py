"""The error that stops a tool. Its message says what to do."""


class SetupError(Exception):
    """The environment, its files or its credentials are missing or wrong."""
