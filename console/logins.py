"""What an account may be called: the record tells by it who did what, and its addresses have it in them."""

import re
import unicodedata
from typing import Final

from sqlmodel import Session, col, func, select

from models.actors import SYSTEM
from models.errors import BadInput, Conflict
from models.tables.people import User

_LOGIN: Final = re.compile(r"\w[\w.@-]{0,59}")
# Who acts without an account; 审计 would take a person of such a name for it.
_NOBODYS: Final = {SYSTEM.login, "citizen", "link"}


def must_be_login(login: str) -> None:
    """No blank, no sign that an address takes for its own, nothing unseen; BadInput says what is taken."""
    if not _LOGIN.fullmatch(login) or unicodedata.normalize("NFKC", login) != login:
        raise BadInput("账号只能用汉字、字母、数字和 . @ _ -，以汉字、字母或数字开头，不得有空格和全角字符。")
    if login.lower() in _NOBODYS:
        raise BadInput(f"{login} 是系统自用的名称，不能用作账号，请另取一个。")


def must_be_new(session: Session, login: str) -> None:
    """Capitals make no other account: in 审计 nobody could tell the two apart."""
    held = session.exec(select(User.login).where(func.lower(col(User.login)) == login.lower())).first()
    if held is not None:
        raise Conflict(f"账号 {held} 已经存在。")
