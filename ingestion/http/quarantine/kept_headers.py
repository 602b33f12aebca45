"""Which headers of a request are kept in quarantine. Credentials and signatures never are."""

import re
from collections.abc import Mapping, Sequence

from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.rule_expressions import expressions_of
from ingestion.mapping.rules import Rule

_NAMES = frozenset(
    {
        *("content-type", "content-encoding", "date", "user-agent"),
        *("webhook-id", "webhook-timestamp", "svix-id", "svix-timestamp"),
        *("x-slack-request-timestamp", "x-request-id", "x-correlation-id", "traceparent"),
    }
)
_PREFIXES = ("ce-", "x-github-", "x-gitlab-", "x-shopify-")
_MAY_BE_SECRET = re.compile("auth|cookie|credential|hmac|key|password|secret|sign|token")


def kept_headers(
    readable: Mapping[str, str], rules: Sequence[Rule], ignored: Sequence[str]
) -> dict[str, str]:
    """Return the headers to keep of those that expressions may read, which hold no credentials.

    Keeps the known headers of senders, and the headers that the rules of the source read.
    """
    read = _headers_read(rules, ignored)
    return {name: value for name, value in readable.items() if name in read or _is_known(name)}


def _is_known(name: str) -> bool:
    is_of_sender = name.startswith(_PREFIXES) and not _MAY_BE_SECRET.search(name)
    return name in _NAMES or is_of_sender


def _headers_read(rules: Sequence[Rule], ignored: Sequence[str]) -> set[str]:
    texts = [text for rule in rules for _, text in expressions_of(rule)]
    paths = (path for text in (*texts, *ignored) for path in compile_expression(text).reads())
    return {path[1] for path in paths if path[0] == "headers" and len(path) > 1}
