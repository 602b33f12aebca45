"""The error that stops a tool. Its message says what to do."""


class SetupError(Exception):
    """Something outside the project is missing or wrong."""
