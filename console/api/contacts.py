"""A sender's telephone and address as a program hands them in: what nobody could answer to is refused by name."""

from typing import Annotated

from pydantic import AfterValidator, Field

from channels.cells import BadCell, phone_of
from channels.wording import one_line
from console.web.typed import plain_email

NO_PHONE = "没有留联系电话，凭查询码将无法查询答复。"
_FEWEST_DIGITS, _MOST_DIGITS = 7, 20  # landline to international


def _dialable(value: str | None) -> str | None:
    """A telephone in plain digits; ValueError says what is asked for."""
    try:
        phone = phone_of(value)
    except BadCell as error:
        raise ValueError(str(error).rstrip("。")) from None
    if phone and not _FEWEST_DIGITS <= sum(c.isdecimal() for c in phone) <= _MOST_DIGITS:
        raise ValueError("不是电话号码，应为手机号，或带区号的座机号；没有的请不要写")
    return phone


def _mailable(value: str | None) -> str | None:
    """An address for letters; ValueError says what is asked for."""
    typed = one_line(value)
    address = plain_email(typed) if typed else None
    if typed and address is None:
        raise ValueError("不是邮箱地址，应如 name@example.com；没有的请不要写")
    return address


Phone = Annotated[Annotated[str, Field(max_length=40)] | None, AfterValidator(_dialable)]
Email = Annotated[Annotated[str, Field(max_length=200)] | None, AfterValidator(_mailable)]
