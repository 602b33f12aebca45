"""PDFs written object by object, as no program writes them."""

import zlib

FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pdf(*objects: str | bytes, trailer: str = "") -> bytes:
    """Return a PDF of these objects, numbered from 1. The first one is the catalog."""
    made, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        body = content.encode() if isinstance(content, str) else content
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    last = (
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF"
    )
    return made + last.replace("{start}", str(start)).encode()


def stream(content: bytes, fields: str = "", *, is_packed: bool = False) -> bytes:
    """Return a stream object."""
    if is_packed:
        content, fields = zlib.compress(content, 9), f"/Filter /FlateDecode {fields}"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (
        len(content),
        fields.encode(),
        content,
    )


def words(text: str) -> bytes:
    """Return the content of a page with this text."""
    return stream(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode())


def page(contents: str = "5 0 R", resources: str = "/Font << /F1 4 0 R >>") -> str:
    """Return a page. Its parent is object 2."""
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {contents}"
        f" /Resources << {resources} >> >>"
    )


def tree(kids: str, count: int = 1) -> list[str]:
    """Return a catalog and its page tree, as objects 1 and 2."""
    return [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
    ]
