"""Somebody at a browser of their own."""

from playwright.sync_api import Browser, Page
from support.web import PASSWORD

MILLISECONDS = 120_000


class Person:
    """Somebody at a browser of their own. A script that fails, or that the policy stops, fails the test."""

    def __init__(self, browser: Browser, address: str, width: int = 1440) -> None:
        self._context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(MILLISECONDS)
        self.faults: list[str] = []
        self.page.on("dialog", lambda asked: asked.accept())
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
        self._address = address

    def sign_in(self, login: str) -> "Person":
        self.try_door(login, PASSWORD)
        self.page.wait_for_url(lambda url: not url.endswith("/login"))
        return self

    def try_door(self, login: str, password: str) -> None:
        self.go("/login")
        self.page.get_by_label("账号").fill(login)
        self.page.get_by_label("口令").fill(password)
        self.press("登录")

    def go(self, path: str) -> None:
        self.page.goto(self._address + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def reads(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def leave(self) -> None:
        assert self.faults == []
        self._context.close()
