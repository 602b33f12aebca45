"""Which headers and query parameters are kept in quarantine. Credentials never are."""

from collections.abc import Mapping, Sequence

from ingestion.mapping.credential_names import may_be_credential
from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.rule_expressions import expressions_of
from ingestion.mapping.rules import Rule

# Exact names: a prefix such as x-shopify- could also name a credential.
_NAMES = frozenset(
    {
        *("content-type", "content-encoding", "date", "user-agent"),
        *("x-request-id", "x-correlation-id", "traceparent"),
        *("webhook-id", "webhook-timestamp", "svix-id", "svix-timestamp"),
        *("ce-specversion", "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time"),
        *("ce-dataschema", "ce-datacontenttype"),
        *("x-github-event", "x-github-delivery", "x-github-hook-id"),
        *("x-github-hook-installation-target-id", "x-github-hook-installation-target-type"),
        *("x-gitlab-event", "x-gitlab-event-uuid", "x-gitlab-webhook-uuid", "x-gitlab-instance"),
        *("x-shopify-topic", "x-shopify-shop-domain", "x-shopify-webhook-id"),
        *("x-shopify-event-id", "x-shopify-triggered-at", "x-shopify-api-version"),
        *("x-slack-request-timestamp", "x-slack-retry-num", "x-slack-retry-reason"),
    }
)


def kept_headers(
    readable: Mapping[str, str], rules: Sequence[Rule], ignored: Sequence[str]
) -> dict[str, str]:
    """Return the headers to keep of those that expressions may read.

    Keeps the known headers of senders, and the headers that the rules of the source read, unless
    their names say that they may hold a credential.
    """
    read = _headers_read(rules, ignored)
    return {
        name: value
        for name, value in readable.items()
        if name in _NAMES or (name in read and not may_be_credential(name))
    }


def kept_query(query: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the parameters to keep: all whose names do not say that they may hold a credential."""
    return {name: values for name, values in query.items() if not may_be_credential(name)}


def _headers_read(rules: Sequence[Rule], ignored: Sequence[str]) -> set[str]:
    texts = [text for rule in rules for _, text in expressions_of(rule)]
    paths = (path for text in (*texts, *ignored) for path in compile_expression(text).reads())
    return {path[1] for path in paths if path[0] == "headers" and len(path) > 1}
