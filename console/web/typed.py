"""What people type of themselves, however it was typed: full-width, with spaces or hyphens, in small letters."""

import re
import unicodedata


def plain_phone(typed: str) -> str | None:
    """A mainland mobile or landline in plain digits; None for anything else."""
    plain = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", typed)).removeprefix("+86")
    return plain if re.fullmatch(r"1\d{10}|0\d{9,11}|[2-8]\d{6,7}", plain) else None


def plain_code(typed: str) -> str:
    """A query code, the four digits beside it, a 动态码 or 恢复码, as the record has them; nothing is checked."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed)).upper()


def plain_email(typed: str) -> str | None:
    """An address that a letter could go to; None for anything else."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    return plain if re.fullmatch(r"[^@\s]+@[^@\s]+", plain) else None
