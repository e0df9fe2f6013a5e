"""A phone number however it was typed."""

import re
import unicodedata


def plain_phone(typed: str) -> str | None:
    """A mainland mobile or landline in plain digits; None for anything else."""
    plain = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", typed)).removeprefix("+86")
    return plain if re.fullmatch(r"1\d{10}|0\d{9,11}|[2-8]\d{6,7}", plain) else None
