"""Who wrote, and the numbers in what they wrote, as they stand where nobody has asked to see them."""

from functools import lru_cache

from models.tables.messages import Message

_SHOWN_HEAD, _SHOWN_TAIL = 3, 4
_MOBILE = 11
_KEPT = 20_000  # texts: lists show the same titles over and over


def hidden(value: str) -> str:
    """张伟 → 张**, 19900001234 → 199****1234, 5551234 → ***1234, mei@x.cn → m***@x.cn."""
    name, at, host = value.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    if not any(sign.isdigit() for sign in value):
        return f"{value[:1]}**"
    head = value[:_SHOWN_HEAD] if len(value) >= _MOBILE else ""
    tail = value[-_SHOWN_TAIL:] if len(value) > _SHOWN_TAIL else ""
    return f"{head}{'*' * max(len(value) - len(head) - len(tail), 3)}{tail}"


def concealed(text: str | None, sender: Message | None = None) -> str:
    """A citizen's words without personal numbers, and without the `sender`'s own name as it stands in the record."""
    return _concealed(text, own_of(sender)) if text else ""


def own_of(sender: Message | None) -> tuple[str, ...]:
    """By what the sender is known or reached."""
    said = (sender.sender_name, sender.phone, sender.email) if sender else ()
    return tuple(value for value in said if value)


@lru_cache(maxsize=_KEPT)
def _concealed(text: str, own: tuple[str, ...]) -> str:
    from classifiers.redaction import conceal

    return conceal(text, own)
