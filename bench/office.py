"""A year of 100,000 closed orders: the console's pages, a week's edition, a ledger as a sheet, and how they grow."""

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
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
ROUNDS, ROWS = 20, 100
ASKED_PAGES, WORDS = 60, ("电梯", "噪音", "物业", "公交", "工资", "学校")
PASSWORD = "bench-of-huiyin"  # noqa: S105  (of an account that lives for a minute)


def measure(report: Report, texts: Texts) -> None:
    with ExitStack() as open_ones:
        houses = {count: _filled(open_ones, count, texts) for count in (FEW, MANY)}
        browsers = {count: _moderator(house) for count, house in houses.items()}
        for name, p95 in _pages(houses, browsers).items():
            what = f"console {name}, p95: {MANY:,} orders against {FEW:,}"
            report.add(what, f"{p95[MANY] / p95[FEW]:.2f} × the time", f"{1000 * p95[FEW]:.0f} ms", "≤ 1.5 ×")
        editions = {count: _seconds(partial(compile_edition, house, _last_week(), SYSTEM, NOW))
                    for count, house in houses.items()}  # fmt: skip
        reference = f"{editions[FEW]:.1f} s out of {FEW:,}"
        report.add(f"a week's edition out of {MANY:,} closed orders", f"{editions[MANY]:.1f} s", reference, "seconds")
        _bulk(report, houses[MANY], browsers[MANY])
        _ledger(report, houses[MANY], houses[MANY].settings.data_dir)


def _filled(open_ones: ExitStack, count: int, texts: Texts) -> House:
    folder = Path(open_ones.enter_context(tempfile.TemporaryDirectory()))
    house = House(Settings(_env_file=None, data_dir=folder, profile="demo"), clock=lambda: NOW)
    house.prepare()
    open_ones.callback(house.engine.dispose)
    fill(house, count, texts)
    return house


def _ledger(report: Report, house: House, folder: Path) -> None:
    seconds = {}
    for count in (LEDGER // 10, LEDGER):
        with writing(house.engine) as session:
            session.connection().exec_driver_sql("DELETE FROM promise")
        fill_ledger(house, count)
        seconds[count] = _seconds(lambda: export_rows(house, "promises", "xlsx", folder / "ledger.xlsx"))
    reference = f"{seconds[LEDGER // 10]:.1f} s for {LEDGER // 10:,}"
    report.add(f"a ledger of {LEDGER:,} rows as XLSX", f"{seconds[LEDGER]:.1f} s", reference, "seconds")


def _moderator(house: House) -> TestClient:
    """A browser that has signed in."""
    with writing(house.engine) as session:
        create_user(
            session, login="shen", name="审看员", role=Role.MODERATOR, unit=None, password=PASSWORD, actor=SYSTEM,
            now=NOW,
        )  # fmt: skip
    client = TestClient(create_app(house), follow_redirects=True)
    client.post("/login", data={"login": "shen", "password": PASSWORD}).raise_for_status()
    return client


def _pages(houses: Mapping[int, House], browsers: Mapping[int, TestClient]) -> dict[str, dict[int, float]]:
    """95th percentile of the seconds of one page, asked again and again: by turns, for a machine's pace changes."""
    numbers = {count: _numbers(house, count) for count, house in houses.items()}
    asked: dict[str, Callable[[int, int], str]] = {
        "list": lambda _, __: "/console/orders",
        "detail": lambda count, n: f"/console/orders/{numbers[count][n % len(numbers[count])]}",
        "search": lambda _, n: f"/console/orders?q={WORDS[n % len(WORDS)]}",
    }
    found: dict[str, dict[int, float]] = {}
    for name, address in asked.items():
        times: dict[int, list[float]] = {count: [] for count in houses}
        for n in range(ASKED_PAGES + 3):
            for count, browser in browsers.items():
                times[count].append(_seconds(partial(_asked, browser, address(count, n))))
        found[name] = {count: statistics.quantiles(taken[3:], n=20)[-1] for count, taken in times.items()}
    return found


def _bulk(report: Report, house: House, client: TestClient) -> None:
    """批量派单 of a full list's 100 rows against one row, p95 of rounds on rows that wait anew each time."""
    with writing(house.engine) as session:
        waiting = f"UPDATE work_order SET status = 'triage', lead_unit = NULL WHERE id <= {ROUNDS * (ROWS + 1)}"
        session.connection().exec_driver_sql(waiting)
    with house.engine.connect() as connection:
        asked = "SELECT number FROM work_order WHERE status = 'triage' ORDER BY id"
        numbers = [row[0] for row in connection.exec_driver_sql(asked)]
    csrf = re.findall(r'name="csrf" value="([^"]+)"', client.get("/console/triage").text)[0]
    p95 = {}
    for size in (1, ROWS):
        times = []
        for _ in range(ROUNDS):
            rows, numbers = numbers[:size], numbers[size:]
            form = {"csrf": csrf, "act": "dispatch", "lead": "housing_bureau", "rows": rows}
            times.append(_seconds(partial(_sent, client, form, f"完成 {size} 件")))
        p95[size] = statistics.quantiles(times, n=20)[-1]
    reference = f"one row {1000 * p95[1]:.0f} ms, {ROWS} rows {1000 * p95[ROWS]:.0f} ms"
    report.add(f"bulk dispatch of {ROWS} rows against one, p95", f"{p95[ROWS] / p95[1]:.1f} × the time", reference,
               f"≤ {ROWS / 2:g} ×")  # fmt: skip


def _sent(client: TestClient, form: dict[str, object], said: str) -> None:
    answer = client.post("/console/triage/bulk", data=form).raise_for_status()
    assert said in answer.text  # rows that were refused would be fast


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
