"""A year of 100,000 closed orders: the console's pages, a week's edition, a ledger as a sheet, and how they grow."""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from fastapi.testclient import TestClient

from bench.records import NOW, fill, fill_ledger
from bench.report import Report
from console.accounts import create_user
from console.web.app import create_app
from flows.editions import compile_edition
from flows.exporting import export_rows
from flows.house import House
from models.actors import SYSTEM
from models.database import writing
from models.settings import Settings
from models.vocabulary import Role

Texts = Sequence[tuple[str | None, str]]
FEW, MANY, LEDGER = 1_000, 100_000, 10_000
ASKED_PAGES, WORDS = 60, ("电梯", "噪音", "物业", "公交", "工资", "学校")
PASSWORD = "bench-of-huiyin"  # noqa: S105  (of an account that lives for a minute)


def measure(report: Report, texts: Texts) -> None:
    pages: dict[int, dict[str, float]] = {}
    editions: dict[int, float] = {}
    for count in (FEW, MANY):
        with tempfile.TemporaryDirectory() as folder:
            house = House(Settings(_env_file=None, data_dir=Path(folder), profile="demo"), clock=lambda: NOW)
            house.prepare()
            fill(house, count, texts)
            pages[count] = _pages(house, count)
            editions[count] = _seconds(partial(compile_edition, house, _last_week(), SYSTEM, NOW))
            if count == MANY:
                _ledger(report, house, Path(folder))
            house.engine.dispose()
    for name, many in pages[MANY].items():
        few = pages[FEW][name]
        what = f"console {name}, p95: {MANY:,} orders against {FEW:,}"
        report.add(what, f"{many / few:.2f} × the time", f"{1000 * few:.0f} ms", "≤ 1.5 ×")
    reference = f"{editions[FEW]:.1f} s out of {FEW:,}"
    report.add(f"a week's edition out of {MANY:,} closed orders", f"{editions[MANY]:.1f} s", reference, "seconds")


def _ledger(report: Report, house: House, folder: Path) -> None:
    seconds = {}
    for count in (LEDGER // 10, LEDGER):
        with writing(house.engine) as session:
            session.connection().exec_driver_sql("DELETE FROM promise")
        fill_ledger(house, count)
        seconds[count] = _seconds(lambda: export_rows(house, "promises", "xlsx", folder / "ledger.xlsx"))
    reference = f"{seconds[LEDGER // 10]:.1f} s for {LEDGER // 10:,}"
    report.add(f"a ledger of {LEDGER:,} rows as XLSX", f"{seconds[LEDGER]:.1f} s", reference, "seconds")


def _pages(house: House, count: int) -> dict[str, float]:
    """95th percentile of the seconds of one page, asked again and again by a moderator who has signed in."""
    with writing(house.engine) as session:
        create_user(
            session, login="shen", name="审看员", role=Role.MODERATOR, unit=None, password=PASSWORD, actor=SYSTEM,
            now=NOW,
        )  # fmt: skip
    client = TestClient(create_app(house), follow_redirects=True)
    client.post("/login", data={"login": "shen", "password": PASSWORD}).raise_for_status()
    numbers = _numbers(house, count)
    asked: dict[str, Callable[[int], str]] = {
        "list": lambda _: "/console/orders",
        "detail": lambda n: f"/console/orders/{numbers[n % len(numbers)]}",
        "search": lambda n: f"/console/orders?q={WORDS[n % len(WORDS)]}",
    }
    found = {}
    for name, address in asked.items():
        times = [_seconds(partial(_asked, client, address(n))) for n in range(ASKED_PAGES + 3)]
        found[name] = statistics.quantiles(times[3:], n=20)[-1]
    return found


def _asked(client: TestClient, path: str) -> None:
    client.get(path).raise_for_status()


def _numbers(house: House, count: int) -> list[str]:
    with house.engine.connect() as connection:
        step = max(1, count // ASKED_PAGES)
        rows = connection.exec_driver_sql(f"SELECT number FROM work_order WHERE id % {step} = 0")
        return [row[0] for row in rows]


def _last_week() -> str:
    year, week, _ = (NOW - timedelta(days=7)).isocalendar()
    return f"{year}-W{week:02d}"


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
