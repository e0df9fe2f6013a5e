"""Which papers there are and what stands on each: fields in the order in which the office reads them.

A field's key is its name in a template: `{{ 承办单位 }}`. A group's rows repeat: `{%tr for 行 in 各行 %}`
with `{{ 行.序号 }}` in DOCX, a row of cells `{{ 各行.序号 }}` in XLSX.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from responders.papers.typography import Page

Format = Literal["docx", "xlsx"]

COMMON: Final = ("印发单位", "打印日期", "保管提示", "期间")
"""What every template may say and none must."""

ROW: Final = "行"
"""The name of a repeated row in a DOCX template."""


@dataclass(frozen=True, slots=True)
class Field:
    """`key` in the template, `label` on the paper (the same where not given)."""

    key: str
    label: str = ""

    @property
    def said(self) -> str:
        return self.label or self.key


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a form: one field or two, at least so many millimetres high. `signed`: with a line for a signature."""

    fields: tuple[Field, ...]
    height: float = 10
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in millimetres; `left`: long words that are not centred.

    `sheet`: the width in XLSX where that is another, since days and times do not wrap there.
    """

    key: str
    width: float
    label: str = ""
    left: bool = False
    sheet: float = 0

    @property
    def said(self) -> str:
        return self.label or self.key


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that repeat; `title` and `note` stand above them in a report."""

    key: str
    columns: tuple[Column, ...]
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph of a letter with its fields in it; `when`: a field without which it is left out."""

    text: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """`sentences`: the text of a letter, with its fields in it. `seal`: whose, and room for it, which stays blank.

    `extras`: what its template may say beside its own fields. `title`: what stands above a letter, where that is more
    than its name; `opening`: what is said above a form's table.
    """

    code: str
    name: str
    page: Page
    formats: tuple[Format, ...]
    rows: tuple[Row, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    letter_fields: tuple[str, ...] = ()
    addressee: str = ""
    extras: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    seal: str = ""
    title: str = ""
    opening: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that a template must hold, in order; a group's as 组.列."""
        return tuple(self._single()) + tuple(f"{group.key}.{column.key}" for group in self.groups
                                             for column in group.columns)  # fmt: skip

    def _single(self) -> Iterator[str]:
        yield from (field.key for row in self.rows for field in row.fields)
        yield from self.letter_fields

    @property
    def singles(self) -> tuple[str, ...]:
        return tuple(self._single())

    @property
    def told_by(self) -> str:
        """The field by which one sheet of a form is known from another's."""
        return self.extras[0] if self.extras else self.rows[0].fields[0].key

    @property
    def known(self) -> frozenset[str]:
        """The single fields that a template may say."""
        return frozenset((*self.singles, *self.extras, *COMMON))

    def group(self, key: str) -> Group | None:
        return next((group for group in self.groups if group.key == key), None)
