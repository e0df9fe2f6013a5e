"""kill -9 in the middle of chasing and sending: no reminder lost, none with two keys, one repeat per death at most."""

import signal
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from support.desk import Desk, at, open_desk
from support.processes import end, spawn, wait_until

from flows.chasing import chase
from flows.deliveries import deliver
from flows.sealing import seal, verify_chain
from models.profile import SHIPPED
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.record import History
from models.vocabulary import Stage
from responders.notifying.delivering import LEASE

RUNNER = Path(__file__).parent.parent / "support" / "chase_runner.py"
FRIDAY, LATE = at("2026-02-13 10:00"), at("2026-02-28 09:00")
CALLS = 120
KILLED_AT = (1, 60, 110)  # letters printed so far


def test_a_chase_that_is_killed_again_and_again_tells_everything_under_one_key(tmp_path: Path) -> None:
    one_letter_each(tmp_path)
    with open_desk(tmp_path) as desk:
        callbacks = [desk.clock(desk.take(FRIDAY), Stage.CALLBACK) for _ in range(CALLS)]
        desk.keep_only(*callbacks)
        now = LATE
        for count in KILLED_AT:
            live_until(desk, count, now)
            now += LEASE * 2  # the dead one's leases have ended
        chase(desk.house, now)
        deliver(desk.house, now)
        seal(desk.house, now)

        reminders = {n.id for n in desk.all(Notice, kind="remind")}
        assert len(reminders) == len(desk.all(History, action="remind")) == CALLS
        carried = Counter(link.notice_id for link in desk.all(DeliveryNotice))
        assert set(carried.values()) == {1}
        # What two sweeps had to say to one unit may share a letter; each notice is still in exactly one.
        assert {d.state for d in desk.all(Delivery)} <= {"sent", "merged"}
        letters = Counter(row["key"] for row in desk.printed())
        assert set(letters) == {d.id.hex for d in desk.all(Delivery, state="sent")}
        assert {link.delivery_id.hex for link in desk.all(DeliveryNotice)} == set(letters)
        assert sum(letters.values()) - len(letters) <= len(KILLED_AT)
        assert verify_chain(desk.house)["ok"]


def one_letter_each(folder: Path) -> None:
    """A profile whose dispatches come one by one, so that there is much to send."""
    demo = (SHIPPED / "demo.yaml").read_text()
    (folder / "profile.yaml").write_text(f"{demo}\nnotices:\n  - {{event: dispatched, digest: false}}\n")


def live_until(desk: Desk, letters: int, now: datetime) -> None:
    folder = desk.house.settings.data_dir
    file = folder / "notices.log"
    process = spawn([sys.executable, str(RUNNER), str(folder), now.isoformat()], folder / "runner.log")
    try:
        wait_until(
            lambda: file.exists() and file.read_bytes().count(b"\n") >= letters, 30, f"{letters} 封通知", every=0.002
        )
    finally:
        end(process, signal.SIGKILL)
