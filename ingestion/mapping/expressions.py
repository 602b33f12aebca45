"""Compiles the expressions of rules, and evaluates them for one item of a payload."""

from typing import Any

from jmespath import Options
from jmespath.visitor import TreeInterpreter

from ingestion.mapping.language.constant_results import may_be_constant
from ingestion.mapping.language.functions import ExactFunctions, FailedExpression
from ingestion.mapping.language.plain import Reader, field_names, plain_reader
from ingestion.mapping.language.reads import Path, paths_read
from ingestion.mapping.language.refusals import BadExpression
from ingestion.mapping.language.syntax import parse_expression
from ingestion.mapping.rules import MAX_EXPRESSION_CHARACTERS

__all__ = ["NAMES", "BadExpression", "Expression", "FailedExpression", "compile_expression"]

NAMES = ("payload", "item", "parent", "parents", "headers", "query", "received_at")
_PAYLOAD = ("item", "payload")  # Without `each` they are the same.
_INTERPRETER: Any = TreeInterpreter(Options(custom_functions=ExactFunctions()))


class Expression:
    """A checked expression of JMESPath. `text` is as the rules write it.

    `evaluate` returns the value for a scope, which has all of NAMES. Raises FailedExpression.
    `path` holds the names of an expression that is a path of fields. It is empty for any other.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._tree = parse_expression(text, NAMES, MAX_EXPRESSION_CHARACTERS)
        self.path = field_names(self._tree)
        self.evaluate: Reader = plain_reader(self._tree) or self._interpret

    @property
    def payload_field(self) -> str | None:
        """Return the field that the expression takes from a payload that is the item itself."""
        is_field = len(self.path) == 2 and self.path[0] in _PAYLOAD
        return self.path[1] if is_field else None

    def reads(self) -> frozenset[Path]:
        """Return the paths that the expression reads: see `paths_read`."""
        return paths_read(self._tree)

    def may_be_constant(self) -> bool:
        """Return whether a literal of the expression may be its value."""
        return may_be_constant(self._tree)

    def _interpret(self, scope: dict[str, Any]) -> Any:
        try:
            return _INTERPRETER.visit(self._tree, scope)
        except TypeError as error:  # From Python's `<`.
            raise FailedExpression("<, <=, > or >= compares a string with a number") from error
        except RecursionError as error:
            raise FailedExpression("the value is nested too deeply") from error


def compile_expression(text: str) -> Expression:
    """Return the expression. Raises BadExpression."""
    return Expression(text)
