"""YAML with line numbers. Words such as `off` stay words, times and dates stay text, a key stands once."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from models.errors import BadProfile

Place = tuple[str | int, ...]

# YAML 1.1 would read `off` as false, `12:30` as 750 and 2026-02-16 as a date: only these are not text.
_PLAIN: list[tuple[re.Pattern[str], Callable[[str], object]]] = [
    (re.compile(r"^(null|~|)$"), lambda _: None),
    (re.compile(r"^(true|false)$"), lambda text: text == "true"),
    (re.compile(r"^-?(0|[1-9]\d*)$"), int),
    (re.compile(r"^-?(0|[1-9]\d*)\.\d+$"), float),
]


@dataclass
class Document:
    """What a file says, and the line on which each value (by its path) stands."""

    path: Path
    data: object = None
    lines: dict[Place, int] = field(default_factory=dict)

    def where(self, place: Place) -> str:
        """Name the file and the nearest line known for this place, for people."""
        known = next((place[:n] for n in range(len(place), -1, -1) if place[:n] in self.lines), None)
        row = f"第{self.lines[known]}行" if known is not None else ""
        return f"{self.path.name} {row}".strip()


def read_yaml(path: Path) -> Document:
    """Read a file; BadProfile names file and row when it is no UTF-8 YAML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadProfile(f"{path.name}：不是 UTF-8 编码的文本（第{error.start}字节），请另存为 UTF-8") from None
    except OSError as error:
        raise BadProfile(f"{path}：无法读取（{error.strerror}）") from None
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path) -> Document:
    """Read a text; `path` is what errors call it."""
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = f" 第{mark.line + 1}行" if mark else ""
        raise BadProfile(
            f"{path.name}{row}：不是正确的 YAML（{getattr(error, 'problem', error)}），请检查缩进和引号"
        ) from None
    document = Document(path)
    document.data = None if node is None else _value(node, (), document)
    return document


def _value(node: yaml.Node, place: Place, document: Document) -> object:
    document.lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, n), document) for n, item in enumerate(node.value)]
    text = str(node.value)
    if getattr(node, "style", None):
        return text
    return next((make(text) for pattern, make in _PLAIN if pattern.match(text)), text)


def _mapping(node: yaml.MappingNode, place: Place, document: Document) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, item in node.value:
        name = str(key.value)
        if name in values:
            raise BadProfile(f"{document.path.name} 第{key.start_mark.line + 1}行：“{name}”重复，请只留一处")
        values[name] = _value(item, (*place, name), document)
    return values
