"""Writes YAML that `entities.yaml_file` reads as the same document."""

from decimal import Decimal
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

from entities.values import to_text
from entities.yaml_file import TextResolver

_LINE_WIDTH = 120


class _Representer(RoundTripRepresenter):
    """Writes a decimal number with all its digits and without an exponent."""

    def represent_decimal(self, number: Decimal) -> Any:
        """Return the node of a number."""
        text = to_text(number)
        tag = "float" if "." in text else "int"
        return self.represent_scalar(f"tag:yaml.org,2002:{tag}", text)


_Representer.add_representer(Decimal, _Representer.represent_decimal)


def yaml_text(document: Any) -> str:
    """Return a document as YAML, with its keys in their order."""
    writer = YAML(typ="rt", pure=True)
    writer.Resolver, writer.Representer = TextResolver, _Representer
    writer.width, writer.default_flow_style = _LINE_WIDTH, False
    stream = StringIO()
    writer.dump(document, stream)
    return stream.getvalue()
