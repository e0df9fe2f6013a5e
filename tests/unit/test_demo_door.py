"""A demonstration that serves nothing yet: how somebody comes in later."""

from console.demonstration import _later
from flows.demo.people import office_accounts


def test_who_opens_the_demonstration_later_is_told_how_and_reads_no_password() -> None:
    told = _later([(account, "a-password-nobody-keeps") for account in office_accounts()])
    assert "huiyin serve" in told
    assert "huiyin account password" in told
    assert all(account.login in told for account in office_accounts())
    assert "a-password-nobody-keeps" not in told
