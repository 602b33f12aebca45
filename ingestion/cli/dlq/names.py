"""The names of the queues that belong to no source, and of the reasons of dead letters."""

CHANGES, FILES, SEARCH = "changes", "files", "search"
UNROUTED = "unrouted"  # A reason too.
SEARCH_UNDELIVERED = "search-undelivered"
OTHER_QUEUES = (UNROUTED, FILES, CHANGES, SEARCH, SEARCH_UNDELIVERED)
UNDELIVERED = "undelivered"
CALL_FAILED, CHANGE_FAILED = "call_failed", "change_failed"

QUARANTINED = "quarantined"

# As docs/dead-letters.md and docs/http.md describe them.
REASONS = (
    *("invalid_event", "wrong_source", "unknown_entity", "invalid_entity"),
    *("unknown_source", "not_storable", "id_reused", "precondition_failed"),
    *("invalid_change", "invalid_text_key", "text_missing", "text_too_large", "invalid_text"),
    *(QUARANTINED, "retries_exhausted", UNDELIVERED, UNROUTED, CALL_FAILED, CHANGE_FAILED),
)
# Why the API rejects or quarantines, as docs/http.md, docs/payloads.md and docs/quarantine.md say.
REJECTIONS = (
    *("invalid_event", "wrong_source", "unknown_entity", "invalid_entity", "too_large"),
    *("unmatched", "unmappable_item", "ambiguous_item", "unreadable_payload"),
    *("request_too_large", "unsupported_media_type", "invalid_request"),
)
