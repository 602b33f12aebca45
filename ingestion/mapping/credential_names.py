"""Which headers and query parameters may hold a credential. Quarantine never keeps them.

Some headers always hold one: expressions never see these.
"""

import re

# No expression may copy these headers into an entity. Expressions see null instead.
HIDDEN_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "x-amz-security-token"})
# Short words count only on their own: `x-path` and `compass` are not credentials.
_WORDS = re.compile(
    "auth|bearer|cookie|credential|hmac|jwt|key|passcode|passphrase|passw|pwd|secret|session|sig"
    "|token|(?<![a-z])(otp|pass|pat|pin)(?![a-z])"
)
# https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/ names the kind of event so.
_KNOWN = frozenset({"x-event-key", "idempotency-key", "ce-partitionkey"})


def may_be_credential(name: str) -> bool:
    """Return whether a header or a query parameter of this name may hold a credential."""
    low = name.lower()
    return low not in _KNOWN and bool(_WORDS.search(low))
