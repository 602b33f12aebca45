"""How the files of a source are read."""

from codecs import lookup
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ingestion.syntax.encodings import text_encoding

Column = Annotated[str, Field(min_length=1)]


class Files(BaseModel):
    """How to read a source's files. Columns are the names in a header or in a JSON object.

    `columns` maps a column to a field. `ignore` names columns to skip. `key` names the columns that
    make the entity's id, joined by `/`, if no column holds the id. `time` names the column of the
    event's time. `entity` is the entity of the rows (default: the source's first). With `format:
    document` the files hold text instead of rows. The source with `default` gets the files that
    are directly in `uploads/`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal["rows", "document"] = Field(
        "rows", description="What files hold: rows of a table or JSON, or the text of a document."
    )
    default: bool = Field(
        False, description="Whether files directly in `uploads/` belong to this source."
    )

    encoding: Annotated[str, AfterValidator(text_encoding)] = Field(
        "utf-8", description="The encoding of text files, such as cp1252."
    )
    delimiter: Annotated[str, Field(pattern=r'^[^"\r\n\x00]$')] = Field(
        ",", description="The character between the cells of .csv files."
    )
    entity: str | None = Field(
        None, description="The entity of the rows (default: the first of `entities`)."
    )
    columns: dict[Column, Column] = Field(
        {}, description="The field of each column that is not named as its field."
    )
    ignore: list[Column] = Field([], description="Columns that are not fields.")
    key: list[Column] = Field(
        [], description="Columns that make the entity's id, joined by `/`, if no column holds it."
    )
    time: Column | None = Field(None, description="The column of the event's time.")

    @property
    def python_encoding(self) -> str:
        """Return the codec that skips a byte order mark."""
        return "utf-8-sig" if lookup(self.encoding).name == "utf-8" else self.encoding

    @property
    def keys_of_rows(self) -> list[str]:
        """Return the keys that say how rows are read, and differ from their default."""
        delimiter = type(self).model_fields["delimiter"].default
        return self.mapping_keys + ["delimiter"] * (self.delimiter != delimiter)

    @property
    def are_documents(self) -> bool:
        """Return whether the files hold text instead of rows."""
        return self.format == "document"

    @property
    def mapping_keys(self) -> list[str]:
        """Return the keys that map columns and are set. They are a short form of rules."""
        return [name for name in ("columns", "ignore", "key", "time") if getattr(self, name)]
