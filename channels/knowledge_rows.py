"""Rows of a question-and-answer sheet (CSV or XLSX): one entry each, or what is wrong with the row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from channels.cells import BadCell, text_of, yes_no
from channels.faults import SourceUnreadable
from channels.hotline.columns import known_names
from channels.hotline.rows import Row, find_header
from channels.options import ReadOptions
from channels.sheets import tables_of
from channels.times import NoTime, office_time
from channels.wording import one_line

# `title` and `text` are what the finder of headers knows a sheet of texts by.
LABELS = {
    "title": "问题", "text": "答复", "unit": "责任单位", "domain": "领域", "policy": "政策依据",
    "valid_until": "有效期至", "public": "对外公开",
}  # fmt: skip
_COMMON: Mapping[str, Sequence[str]] = {
    "title": ("问题", "标准问题", "咨询问题", "问"),
    "text": ("答复", "标准答复", "答复口径", "答案", "答"),
    "unit": ("责任单位", "答复单位", "单位"),
    "domain": ("领域", "类别", "分类"),
    "policy": ("政策依据", "政策来源", "依据"),
    "valid_until": ("有效期至", "有效期", "截止日期"),
    "public": ("对外公开", "是否公开", "公开"),
}


@dataclass(frozen=True, slots=True)
class KnowledgeRow:
    """A row as it was written, or `fault`: why it can't be read. `unit` and `domain` are names or codes."""

    where: str
    question: str = ""
    answer: str = ""
    unit: str = ""
    domain: str = ""
    policy: str = ""
    valid_until: date | None = None
    public: bool = False
    fault: str = ""


def read_knowledge(path: Path, options: ReadOptions) -> Iterator[KnowledgeRow]:
    """Every row below the header. Raises SourceUnreadable for a file that is no table or has no header."""
    for where, rows in tables_of(path, options):
        yield from _rows(rows, where, options)


def _rows(rows: Iterator[Row], where: str, options: ReadOptions) -> Iterator[KnowledgeRow]:
    names = known_names({}, _COMMON, LABELS)
    _, header, columns = find_header(rows, names, options.limits.header_search)
    if header is None:
        raise SourceUnreadable(f"{where}：没有找到表头，应有下列各列：{'、'.join(LABELS.values())}。")
    titles = list(header.cells)
    for row in rows:
        if row.blank or list(row.cells) == titles:
            continue
        place = f"{where} 第{row.number}行"
        fields = {field: row.cells[at] for field, at in columns.items() if at < len(row.cells)}
        try:
            yield KnowledgeRow(where=place, fault=row.fault) if row.fault else _row(fields, place, options)
        except BadCell as error:
            yield KnowledgeRow(where=place, fault=str(error))


def _row(fields: Mapping[str, object], place: str, options: ReadOptions) -> KnowledgeRow:
    for field in ("title", "text", "unit", "domain", "policy", "valid_until"):
        if text_of(fields.get(field)) is None:
            raise BadCell(f"“{LABELS[field]}”是空的，请补上后重新导入。")
    try:
        until = office_time(fields["valid_until"], options.zone).astimezone(options.zone).date()
    except NoTime:
        raise BadCell(f"“{LABELS['valid_until']}”不是日期，应如 2027-12-31，请改正后重新导入。") from None
    return KnowledgeRow(
        where=place, question=text_of(fields["title"]) or "", answer=text_of(fields["text"]) or "",
        unit=one_line(text_of(fields["unit"])) or "", domain=one_line(text_of(fields["domain"])) or "",
        policy=text_of(fields["policy"]) or "", valid_until=until,
        public=bool(yes_no(fields.get("public"), LABELS["public"])),
    )  # fmt: skip
