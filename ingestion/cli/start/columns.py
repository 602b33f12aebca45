"""The columns of the commands that print a fixed table, and how a column gives way."""


class Whole(str):
    """The name of a column whose values are never shortened, such as ids."""


class Spare(str):
    """The name of a column that a table leaves out, if the terminal is too narrow for it."""


COLUMNS = {
    "audit": ("time", Whole("actor"), "action", "subject"),
    "check entities": (Whole("entity_name"), Whole("id"), Whole("field"), "message"),
    "check references": (
        *(Whole("entity_name"), Whole("id"), Whole("field")),
        *(Whole("missing_entity_name"), Whole("missing_id")),
    ),
    "dlq list": (
        *(Whole("id"), Whole("reason"), "detail"),
        *(Spare("queue"), Spare("since"), Spare("redriven")),
    ),
    "files list": (
        *(Whole("upload_id"), "name", Whole("state"), Spare("rows"), "rejected"),
        *(Spare("refused"), Spare("uploaded_at"), Spare("source"), Spare("ignored")),
        Spare("events"),
    ),
    "related": ("direction", "field", "entity_name", Whole("id"), "state"),
    "search": (Whole("entity_name"), Whole("id"), "text"),
    "secrets list": (Whole("secret"), "created at", "days old"),
    "status": (
        *("source", "depth", "in_flight", "age", Spare("last_event")),
        *(Spare("lag"), "dead_letters", Spare("files_refused"), "state"),
    ),
    "sources": (Whole("source"), "entities", "auth", Whole("url")),
}
