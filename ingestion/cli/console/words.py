"""Words of the `ingest` commands that do what the pages do."""

from collections.abc import Mapping


def option_words(given: Mapping[str, str | None]) -> list[str]:
    """Return the options that have a value."""
    return [word for name, value in given.items() if value for word in (f"--{name}", value)]


def argument_words(*arguments: str) -> list[str]:
    """Return arguments, behind -- if one of them looks like an option."""
    return [*(["--"] if any(each.startswith("-") for each in arguments) else []), *arguments]


def personal_words(*, is_shown: bool) -> list[str]:
    """Return the option that shows personal data, if the page shows it."""
    return ["--show-personal"] if is_shown else []
