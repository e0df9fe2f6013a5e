"""A name, number or address as it stands where nobody has asked to see it."""

_SHOWN_HEAD, _SHOWN_TAIL = 3, 4
_MOBILE = 11


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
