"""Word and PowerPoint files, made part by part."""

import zipfile
from io import BytesIO

TYPES = "application/vnd.openxmlformats-officedocument."
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(body: str, prefix: str = "", kind: str = f"{TYPES}wordprocessingml.document") -> bytes:
    """Return a Word file with this body. `prefix` stands before its root element."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{kind}.main+xml"/></Types>'
    )
    document = f'{prefix}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": document})


def zipped(parts: dict[str, str]) -> bytes:
    """Return a zip with these files."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def slides(*contents: str, kind: str = f"{TYPES}presentationml.presentation") -> bytes:
    """Return a presentation whose slides have these contents."""
    names = [f"ppt/slide{n}.xml" for n in range(len(contents))]
    ids = "".join(f'<sldId r:id="r{n}"/>' for n in range(len(contents)))
    targets = [f'<Relationship Id="r{n}" Target="slide{n}.xml"/>' for n in range(len(contents))]
    return zipped(
        {
            "[Content_Types].xml": f'<T><Override PartName="/ppt/presentation.xml"'
            f' ContentType="{kind}.main+xml"/></T>',
            "ppt/presentation.xml": f'<p xmlns:r="/relationships">{ids}</p>',
            "ppt/_rels/presentation.xml.rels": f"<R>{''.join(targets)}</R>",
        }
        | {name: content for name, content in zip(names, contents, strict=True) if content}
    )
