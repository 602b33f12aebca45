"""Says why an expression is refused, and what would be right."""

import re
from collections.abc import Sequence

from jmespath.exceptions import JMESPathError, LexerError, ParseError

from entities.faults import did_you_mean

_NAME_WITH_COLON = re.compile(r"[\w-]+(?::[\w-]+)+")  # As XML has, such as `cbc:ID`.
_JSON_WORDS = ("true", "false", "null")


class BadExpression(ValueError):
    """An expression that no payload can make right: its text, the position from 0, and why."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(f"position {position}: {reason}")
        self.text = text
        self.position = position
        self.reason = reason


def unknown_name(name: str, names: Sequence[str], *, is_quoted: bool) -> str:
    """Return what is wrong with the name that an outer expression begins with."""
    if is_quoted:
        text = name.replace("'", "\\'")
        return f"unknown name \"{name}\": write a text in single quotes: '{text}'"
    if name in _JSON_WORDS:
        return f'unknown name "{name}": write `{name}` for the value of JSON'
    begin = f"; begin with {', '.join(names)}, as in item.{name}"
    return f'unknown name "{name}"{did_you_mean(name, names) or begin}'


def name_of_element(name: str) -> str:
    """Return what is wrong with a name of the scope where names are fields of an element."""
    return (
        f"inside [ ] and after | or &, {name} is a field of the element: write each and when in its"
        f' place, or put the element\'s own field in quotes: "{name}"'
    )


def in_our_words(text: str, error: JMESPathError) -> BadExpression:
    """Return an error of jmespath, which names types of tokens and draws lines, as a sentence."""
    if not isinstance(error, ParseError):
        return BadExpression(text, 0, "must not be empty")
    position = error.lex_position
    if position >= len(text):
        return BadExpression(text, len(text), "the expression is not complete")
    found = text[position]
    if isinstance(error, LexerError):
        return BadExpression(text, position, _reason_of_character(found))
    if text[:position].rstrip().endswith("["):
        return BadExpression(
            text, position, 'write a number, *, : or ? after "["; a name follows a dot: item."a b"'
        )
    if found == ":" and (name := _name_around(text, position)):
        return BadExpression(text, position, f'unexpected ":": put the name in quotes: "{name}"')
    is_number = isinstance(error.token_value, int)
    hint = f": write `{error.token_value}` for a number" if is_number else ""
    return BadExpression(text, position, f'unexpected "{error.token_value}"{hint}')


def _reason_of_character(found: str) -> str:
    match found:
        case "=":
            return 'write "==" to compare'
        case "$":
            return 'write payload or item instead of "$"'
        case "'" | '"' | "`":
            return f"{found} is not closed, or what it holds is not JSON"
    return f'unexpected "{found}": put a name in quotes if it has such characters: item."a-b"'


def _name_around(text: str, position: int) -> str | None:
    names = _NAME_WITH_COLON.finditer(text)
    return next((found[0] for found in names if found.start() < position < found.end()), None)
