"""From a file to lines: TXT in the encodings that offices use, DOCX with its tables read row by row."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.errors import BadInput

MAX_BYTES = 20_000_000
_MOST_UNPACKED = 200_000_000
NOBODY = "——"
_OTHER_KINDS = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "旧版 DOC、WPS 或加了密码的",
    b"\xff\xd8\xff": "图片",
    b"\x89PNG": "图片",
    b"II*\x00": "扫描图片",
    b"MM\x00*": "扫描图片",
}
_RESAVE = "请用文字处理软件打开，另存为 DOCX 后再导入。"
# What zipfile, python-docx and lxml (SyntaxError is the base of its errors) raise for a file that is damaged or none.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, SyntaxError, LookupError, ValueError, AttributeError, NotImplementedError,
    RuntimeError, EOFError, OSError,
)  # fmt: skip
_PAGE_MARK = re.compile(r"^\s*(\d{1,3})、")
_SENTENCE_END = ("。", "！", "？", "：", ":", "；", ")", "）")


class BadPlan(BadInput):
    """工作要点文件读不了。"""


def plan_lines(path: Path) -> list[str]:
    """Return the document's lines in reading order; BadPlan names the file and what to do."""
    lines = _lines(path)
    if not any(line.strip().strip(NOBODY) for line in lines):
        raise BadPlan(f"{path.name}：文件是空的，没有文字。请检查是否选错了文件，或重新保存后再导入。")
    return lines


def _lines(path: Path) -> list[str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadPlan(f"{path}：无法读取（{error.strerror}）。") from None
    if len(content) > MAX_BYTES:
        raise BadPlan(f"{path.name}：超过 {MAX_BYTES // 1_000_000} MB，不像是工作要点。")
    for magic, kind in _OTHER_KINDS.items():
        if content.startswith(magic):
            raise BadPlan(f"{path.name}：是{kind}文件，读不出可靠的文字。请另存为 DOCX 或 TXT 再导入。")
    if content.startswith(b"PK"):
        return _word(path)
    kind = path.suffix.lower()
    if kind not in {".docx", ".txt"}:
        raise BadPlan(f"{path.name}：不收{f' {kind} ' if kind else '这种'}文件。工作要点请存为 DOCX 或 TXT 再导入。")
    if kind == ".docx" and content:
        raise BadPlan(f"{path.name}：打不开，不是 DOCX 文件或已经损坏。{_RESAVE}")
    return _without_page_marks(_text(path, content).splitlines())


def _text(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadPlan(f"{path.name}：打不开，既不是 UTF-8 也不是 GB18030 文本，请另存为 DOCX 或 UTF-8 的 TXT 再导入。")


def _without_page_marks(lines: list[str]) -> list[str]:
    """Undo the pages of text viewers: «2、» in the middle of a sentence, counted from page to page."""
    marks = [(i, int(m[1])) for i, line in enumerate(lines) if (m := _PAGE_MARK.match(line))]
    pages = [number for _, number in marks]
    if len(pages) < 2 or pages != list(range(1, len(pages) + 1)) or not _cut(lines, [i for i, _ in marks[1:]]):  # noqa: PLR2004
        return lines
    first, last = marks[0][0], marks[-1][0]
    whole = "".join(_PAGE_MARK.sub("", line, count=1).strip() for line in lines[first : last + 1])
    return [*lines[:first], whole, *lines[last + 1 :]]


def _cut(lines: list[str], starts: list[int]) -> bool:
    """Most pages begin inside a sentence; a numbered list does not."""
    before = [next((line for line in reversed(lines[:i]) if line.strip()), "") for i in starts]
    return sum(not line.rstrip().endswith(_SENTENCE_END) for line in before) * 2 > len(starts)


def _word(path: Path) -> list[str]:
    """A DOCX's lines; a scan pasted into one has pictures and no text."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except _UNREADABLE:
        raise BadPlan(f"{path.name}：打不开，文件不完整或已经损坏。{_RESAVE}") from None
    names = {part.filename for part in parts}
    if "OFD.xml" in names:
        raise BadPlan(f"{path.name}：是 OFD 版式文件，读不出可靠的文字。请向来文单位索取 DOCX 或 TXT 再导入。")
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise BadPlan(f"{path.name}：展开后超过 {_MOST_UNPACKED // 1_000_000} MB，不像是工作要点，没有打开。")
    lines = list(_docx_lines(path))
    if not any(line.strip(f"{NOBODY} ") for line in lines) and any(n.startswith("word/media/") for n in names):
        raise BadPlan(f"{path.name}：只有图片没有文字，是扫描件。请用有文字的 DOCX，或识别校对后存为 TXT 再导入。")
    return lines


def _docx_lines(path: Path) -> Iterator[str]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        document = docx.Document(str(path))
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                yield from _table_lines(block)
            else:
                yield from block.text.splitlines()
    except (PackageNotFoundError, *_UNREADABLE):
        raise BadPlan(f"{path.name}：打不开，不是完整的 DOCX 文件。{_RESAVE}") from None


def _table_lines(table: Any) -> Iterator[str]:  # noqa: ANN401  (python-docx is untyped)
    """The cells of each row in turn; one that spans several rows is read after its last row, as its tasks' units."""
    rows = [list(row.cells) for row in table.rows]
    for number, cells in enumerate(rows):
        below = rows[number + 1] if number + 1 < len(rows) else []
        for column, cell in enumerate(cells):
            if column and cell._tc is cells[column - 1]._tc:  # noqa: SLF001  (merged across: read once)
                continue
            if column and column < len(below) and below[column]._tc is cell._tc:  # noqa: SLF001
                continue
            if not column and number and rows[number - 1][0]._tc is cell._tc:  # noqa: SLF001
                continue
            yield from cell.text.splitlines() or ([NOBODY] if column else [])
