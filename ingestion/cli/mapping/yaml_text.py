"""Writes YAML that `entities.declared.yaml_file` reads as the same document."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter

from entities.declared.yaml_file import TextResolver
from entities.values import to_text

_LINE_WIDTH = 120


_NEXT_LINE = "\x85"  # In single quotes it is read as a blank.


class _Representer(RoundTripRepresenter):
    """Writes a decimal number with all its digits and no exponent, and a text with all it holds."""

    def represent_decimal(self, number: Decimal) -> Any:
        """Return the node of a number."""
        text = to_text(number)
        tag = "float" if "." in text else "int"
        return self.represent_scalar(f"tag:yaml.org,2002:{tag}", text)

    def represent_text(self, text: str) -> Any:
        """Return the node of a text."""
        style = '"' if _NEXT_LINE in text else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Representer.add_representer(Decimal, _Representer.represent_decimal)
_Representer.add_representer(str, _Representer.represent_text)


def yaml_text(document: Any, *, list_indent: int = 0) -> str:
    """Return a document as YAML, with its keys in their order.

    `list_indent` is the number of blanks before the `-` of a list's items.
    """
    writer = YAML(typ="rt", pure=True)
    writer.Resolver, writer.Representer = TextResolver, _Representer
    writer.width, writer.default_flow_style = _LINE_WIDTH, False
    writer.indent(mapping=2, sequence=2 + list_indent, offset=list_indent)
    stream = StringIO()
    writer.dump(document, stream)
    return stream.getvalue()


def keys_on_one_line(keys: Mapping[str, Any]) -> CommentedMap:
    """Return keys that are written as `{key: value}`."""
    line = CommentedMap(keys)
    line.fa.set_flow_style()
    return line


def list_on_one_line(items: Sequence[str]) -> CommentedSeq:
    """Return a list that is written as `[item, item]`."""
    line = CommentedSeq(items)
    line.fa.set_flow_style()
    return line
