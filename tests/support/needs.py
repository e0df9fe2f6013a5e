"""What a machine may lack: the tests that need it are skipped and named, or fail where it is required."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from support.processes import MissingError

KNOWN = ("kafka", "postgres", "chromium")
missing: dict[str, str] = {}


def required() -> frozenset[str]:
    names = {name.strip() for name in os.environ.get("HUIYIN_TEST_REQUIRE", "").split(",")} - {""}
    if unknown := names - set(KNOWN):
        raise pytest.UsageError(f"HUIYIN_TEST_REQUIRE：没有 {'、'.join(sorted(unknown))}，只有 {'、'.join(KNOWN)}")
    return frozenset(names)


@contextmanager
def need(name: str) -> Iterator[None]:
    """Turns MissingError into a skip with its reason, or into a failure where `name` is required."""
    try:
        yield
    except MissingError as error:
        missing[name] = str(error)
        _give_up(name)


def _give_up(name: str) -> NoReturn:
    if name in required():
        pytest.fail(f"缺 {name}，而 HUIYIN_TEST_REQUIRE 要求有它：{missing[name]}", pytrace=False)
    pytest.skip(f"缺 {name}：{missing[name].splitlines()[0]}")
