"""The forms of a page that is already written: which one was sent, and the page with what was typed in it again.

One mechanism for every form: no page's template knows of it, and no page has an error page beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

_KEPT: Final = {"password", "file", "hidden", "submit", "button", "image", "reset"}  # never filled in again
_CHOICES: Final = {"checkbox", "radio"}
_CONTROLS: Final = {"input", "select", "textarea", "button"}
FAULT: Final = "form-fault"
_SECRETS: Final = {"password", "old", "new"}
_UNSENT: Final = "您刚才填写的内容，没有提交；需要的请先复制"
PAGE: Final = "_page"  # the page that a form stands on; after an answer on the form the address is the form's own
_Attrs = Sequence[tuple[str, str | None]]


@dataclass
class Form:
    """Where a form goes and how (post or get), the names that it sends, and how its page calls them."""

    action: str
    method: str
    key: str
    names: set[str] = field(default_factory=set)
    fixed: set[tuple[str, str]] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Every form, in the order of the page; a control may name a form elsewhere on it."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._path, self._here = path, -1
        self._label: list[str] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: _Attrs) -> None:
        given = dict(attrs)
        if tag == "form":
            self._here = len(self.forms)
            goes_to = urlsplit(given.get("action") or self._path).path or self._path
            self.forms.append(Form(goes_to, _method(given), given.get("id") or ""))
        elif tag == "label":
            self._label = []
        if tag in {"select", "textarea"}:
            self._silent += 1
        if tag in _CONTROLS and (name := given.get("name")):
            self._control(tag, name, given)

    def _control(self, tag: str, name: str, given: Mapping[str, str | None]) -> None:
        form = self._owner(given)
        if form is None:
            return
        form.names.add(name)
        kind = given.get("type") or ""
        if tag == "button" or kind == "hidden":
            form.fixed.add((name, given.get("value") or ""))
        said = " ".join("".join(self._label or []).split()) or (given.get("aria-label") or "")
        if said and kind not in _CHOICES:
            form.labels.setdefault(name, said)

    def _owner(self, given: Mapping[str, str | None]) -> Form | None:
        if key := given.get("form"):
            return next((form for form in self.forms if form.key == key), None)
        return self.forms[self._here] if self._here >= 0 else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = -1
        elif tag == "label":
            self._label = None
        elif tag in {"select", "textarea"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._label is not None and not self._silent:
            self._label.append(data)


def forms_of(page: str, path: str) -> list[Form]:
    reader = _Reader(path)
    reader.feed(page)
    return reader.forms


def sent_form(forms: Sequence[Form], method: str, path: str, sent: Mapping[str, Sequence[str]]) -> int | None:
    """The place of the form that these values came from: by its address, then by what only it carries."""
    same = [at for at, form in enumerate(forms) if (form.method, form.action) == (method.lower(), path)]
    pairs = {(name, value) for name, values in sent.items() for value in values}
    return max(same, key=lambda at: _likeness(forms[at], sent, pairs), default=None)


def _likeness(form: Form, sent: Mapping[str, object], pairs: set[tuple[str, str]]) -> tuple[int, int]:
    return len(form.fixed & pairs), len(form.names & sent.keys()) - len(sent.keys() - form.names)


def refilled(
    page: str, path: str, chosen: int | None, sent: Mapping[str, Sequence[str]], said: str, wrong: Sequence[str]
) -> str:
    """The page with what was said on the form (at its head where the form is gone) and the typed values kept.

    Words for which the form, or the page, has no field any more stand apart, to be copied: somebody wrote them.
    """
    typed = {name: [value.replace("\0", "") for value in values] for name, values in sent.items()}
    writer = _Writer(path, chosen, forms_of(page, path), typed, said, frozenset(wrong))
    writer.feed(page)
    return "".join(writer.pieces)


def homeless(sent: Mapping[str, Sequence[str]], form: Form | None = None) -> list[str]:
    """What was written in words and has no field to stand in: codes, tokens and numbers are nobody's words."""
    if _SECRETS & sent.keys() or (form and form.method != "post"):
        return []
    left = [values for name, values in sent.items() if name != PAGE and (form is None or name not in form.names)]
    return [value for values in left for value in values if len(value.split()) > 1 or not value.isascii()]


class _Writer(HTMLParser):
    """Copies a page of ours as it is, but for the controls of one form."""

    def __init__(
        self, path: str, chosen: int | None, forms: Sequence[Form], sent: Mapping[str, Sequence[str]], said: str,
        wrong: frozenset[str],
    ) -> None:  # fmt: skip
        super().__init__(convert_charrefs=False)
        self.pieces: list[str] = []
        self._path, self._chosen, self._said, self._wrong = path, chosen, said, wrong
        form = forms[chosen] if chosen is not None else None
        self._key = form.key if form else ""
        self._left = homeless(sent, form)
        self._sent = {name: list(values) for name, values in sent.items()}
        self._forms, self._inside = 0, False
        self._folds: list[int] = []
        self._chosen_values: list[str] | None = None
        self._drop = False

    def handle_starttag(self, tag: str, attrs: _Attrs) -> None:
        given = dict(attrs)
        if tag == "details":
            self._folds.append(len(self.pieces))
        if tag == "form":
            self._form(given)
            return
        written = self.get_starttag_text() or ""
        if tag == "main" and self._chosen is None:
            written += self._word()
        elif tag == "option" and self._chosen_values is not None:
            written = _tag(tag, given, selected=_value(given) in self._chosen_values)
        elif tag in {"input", "select", "textarea"} and self._ours(given):
            written = self._filled(tag, given)
        self.pieces.append(written)

    def _form(self, given: Mapping[str, str | None]) -> None:
        self._inside = self._forms == self._chosen
        self._forms += 1
        self.pieces.append(self.get_starttag_text() or "")
        if _method(given) == "post":
            self.pieces.append(f'<input type="hidden" name="{PAGE}" value="{escape(self._path)}">')
        if self._inside:
            self.pieces.append(self._word())
            self._unfold()

    def _unfold(self) -> None:
        for at in self._folds:
            if " open" not in self.pieces[at]:
                self.pieces[at] = self.pieces[at].replace("<details", "<details open", 1)

    def _word(self) -> str:
        said = f'<p class="fault" role="alert" id="{FAULT}" tabindex="-1" autofocus>{escape(self._said)}</p>'
        start = f'<textarea rows="4" readonly aria-label="{_UNSENT}">\n'
        fields = "".join(f"{start}{escape(text)}</textarea>" for text in self._left)
        return said + (f"<div><p>{_UNSENT}：</p>{fields}</div>" if fields else "")

    def _ours(self, given: Mapping[str, str | None]) -> bool:
        key = given.get("form")
        return bool(given.get("name")) and (key == self._key if key else self._inside)

    def _filled(self, tag: str, given: Mapping[str, str | None]) -> str:
        name, kind = given["name"] or "", given.get("type") or "text"
        marks = {"aria-invalid": "true", "aria-describedby": FAULT} if name in self._wrong else {}
        values = self._sent.get(name)
        if marks or (kind not in _KEPT and any(values or [])):
            self._unfold()
        if tag == "input" and kind in _KEPT:
            return _tag(tag, {**given, **marks})
        if tag == "input" and kind in _CHOICES:
            return _tag(tag, given, checked=(given.get("value") or "on") in (values or []))
        if values is None:
            return _tag(tag, {**given, **marks})
        if tag == "select":
            self._chosen_values = values
            return _tag(tag, {**given, **marks})
        value = values.pop(0) if values else ""
        if tag == "textarea":
            self._drop = True
            return _tag(tag, {**given, **marks}) + escape(value)
        return _tag(tag, {**given, **marks, "value": value})

    def handle_startendtag(self, tag: str, attrs: _Attrs) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "form":
            self._inside = False
        elif tag == "select":
            self._chosen_values = None
        elif tag == "textarea":
            self._drop = False
        self._copy(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._copy(f"<!{decl}>")

    def _copy(self, text: str) -> None:
        if not self._drop:
            self.pieces.append(text)


def _tag(tag: str, given: Mapping[str, str | None], **states: bool) -> str:
    """A start tag again; a state such as «checked» stands or not."""
    kept = {name: value for name, value in given.items() if name not in states}
    shown = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in kept.items())
    return f"<{tag}{shown}{''.join(f' {name}' for name, on in states.items() if on)}>"


def _value(given: Mapping[str, str | None]) -> str:
    return given.get("value") or ""


def _method(given: Mapping[str, str | None]) -> str:
    return (given.get("method") or "get").lower()
