"""A headless Chromium of this machine, driven by Playwright (whose own download is never used)."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright
from support.processes import MissingError

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Root in a container has no user namespace for the sandbox; the rest keeps the browser off the network.
_MILLISECONDS = 180_000
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def executable() -> str:
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise MissingError(f"没有 Chromium（{'、'.join(NAMES)} 都不在 PATH 里）")


@contextmanager
def open_browser() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), timeout=_MILLISECONDS)
        yield browser
        browser.close()
