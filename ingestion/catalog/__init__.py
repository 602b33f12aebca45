"""The catalog of sources: who may send which entity, where, and how it is read.

Code that finds, evaluates or stores events does not belong here, nor does YAML.
"""

from ingestion.catalog.catalog import (
    OPERATOR,
    READER,
    RESERVED_NAMES,
    RESERVED_PATHS,
    Catalog,
    SourceName,
)
from ingestion.catalog.files import Files
from ingestion.catalog.sender import Sender
from ingestion.catalog.signature import Signature
from ingestion.catalog.source import FormBody, Source
from ingestion.catalog.webhook import Handshake

__all__ = [
    "OPERATOR",
    "READER",
    "RESERVED_NAMES",
    "RESERVED_PATHS",
    "Catalog",
    "Files",
    "FormBody",
    "Handshake",
    "Sender",
    "Signature",
    "Source",
    "SourceName",
]
