"""What stops a tool on purpose: the message says what to do."""


class SetupError(Exception):
    """Something outside the project is missing or in the way."""
