"""Reads an XML document as a payload: names as written, `@` before attributes, `#text` for text."""

from typing import Any, NoReturn
from xml.parsers import expat

import xmltodict

from ingestion.errors import TooManyValues

MAX_LEVELS = 200  # As many as `exact_json` reads.
_NAMESPACE = "@xmlns"


def read_xml(body: bytes, max_values: int) -> Any:
    """Return the document, without `xmlns` attributes.

    Refuses a document type, which alone can declare entities, and more than MAX_LEVELS levels.
    Raises ValueError, and TooManyValues for more than `max_values` elements and attributes.
    """
    try:
        _Limits(max_values).check_document(body)
        # The types do not say that a postprocessor may return None, which leaves the value out.
        return xmltodict.parse(body, postprocessor=_without_namespaces)  # type: ignore[arg-type]
    except expat.ExpatError as error:
        raise ValueError(f"not XML: {error}") from error


class RefusedXml(ValueError):
    """XML that may be well-formed, and that the platform does not read."""


class _Limits:
    """Reads a document without keeping it, up to the first limit that it exceeds."""

    def __init__(self, max_values: int) -> None:
        self._values_left = max_values
        self._levels = 0

    def check_document(self, body: bytes) -> None:
        """Raise ExpatError, RefusedXml or TooManyValues."""
        parser = expat.ParserCreate()
        parser.ordered_attributes = True  # A list of names and values.
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            parser.Parse(body, True)
        except RefusedXml:
            raise
        except (LookupError, ValueError) as error:  # Of the codec that the document names.
            raise RefusedXml(
                "the XML declares an encoding that cannot be read: send UTF-8"
            ) from error

    def _start(self, _: str, attributes: list[str]) -> None:
        self._levels += 1
        self._values_left -= 1 + len(attributes) // 2
        if self._levels > MAX_LEVELS:
            raise RefusedXml(f"the XML has over {MAX_LEVELS} levels: send at most {MAX_LEVELS}")
        if self._values_left < 0:
            raise TooManyValues

    def _end(self, _: str) -> None:
        self._levels -= 1


def _refuse_document_type(*_: object) -> NoReturn:
    raise RefusedXml("XML with a document type, which may declare entities: leave <!DOCTYPE> out")


def _without_namespaces(_: object, key: str, value: Any) -> tuple[str, Any] | None:
    is_namespace = key == _NAMESPACE or key.startswith(f"{_NAMESPACE}:")
    return None if is_namespace else (key, value)
