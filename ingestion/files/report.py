"""What became of a dropped file, as its report says."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Example(BaseModel):
    """A rejected row, as the report shows the first of them."""

    line: int
    reason: str
    message: str


class Report(BaseModel):
    """What became of an upload: `rows` = `accepted` + `rejected`, at every moment.

    `state` is `extracting`; then `inserting`, when no further row will be read and every part lies
    in the bucket; then `done`, when the router has taken all parts. `refused` says, as a slug, why
    no row, or no further one, could be read, and `detail` what would be right. `rejections` counts
    rejected rows by reason. Times are UTC.
    """

    # A report that an older version began has two fields more.
    model_config = ConfigDict(extra="ignore", validate_assignment=True)

    source: str
    upload_id: str
    key: str
    version_id: str | None
    size_bytes: int
    state: Literal["extracting", "inserting", "done"] = "extracting"
    refused: str = ""
    detail: str = ""
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    rejections: dict[str, int] = {}
    examples: list[Example] = []
    parts: int = 0
    uploaded_at: str
    started_at: str
    extracted_at: str | None = None
    inserted_at: str | None = None
