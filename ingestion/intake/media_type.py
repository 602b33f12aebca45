"""Media types as HTTP headers and CloudEvents write them: RFC 9110, sections 5.6 and 8.3.

The parsers of the standard library follow the older grammar of mail, which has other tokens.
"""

import re

JSON = "application/json"
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"'
_BLANK = r"[ \t]*+"  # Possessive: a long run of blanks takes linear time.
_PARAMETER = rf"{_BLANK};{_BLANK}(?:({_NAME})=({_NAME}|{_QUOTED}))?"
_MEDIA_TYPE = re.compile(rf"{_BLANK}({_NAME}/{_NAME})((?:{_PARAMETER})*){_BLANK}")
_PARAMETERS = re.compile(_PARAMETER)
_ESCAPED = re.compile(r"\\(.)")
_CHARSETS = {"utf-8", "utf8", "us-ascii"}


def media_type(text: str) -> str:
    """Return the type in lower case without parameters, or "" if it is invalid or not UTF-8."""
    found = _MEDIA_TYPE.fullmatch(text)
    if not found:
        return ""
    for name, value in _PARAMETERS.findall(found[2]):
        if name.lower() == "charset" and _unquoted(value).lower() not in _CHARSETS:
            return ""
    return found[1].lower()


def is_json(kind: str) -> bool:
    """Return whether a type without parameters is JSON (RFC 6839, 3.1), other than CloudEvents."""
    is_cloudevents = kind.startswith("application/cloudevents")
    return kind in (JSON, "text/json") or (kind.endswith("+json") and not is_cloudevents)


def _unquoted(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value
