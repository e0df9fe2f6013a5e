"""The chase: sweeps that look only at what is due. A run twice with the same `now` does nothing the second time."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time

from sqlmodel import Session

from flows.house import House
from models.actions import chasing, clock_requests, closing, sweeps
from models.actions.chasing import Digests, DueClock, Look
from models.actors import SYSTEM
from models.database import DATABASE_AWAY, reading, writing
from models.queries.chasing import answered_until
from models.reckoning import shifted
from responders.chasing import Chaser

BATCH = 500

log = logging.getLogger("huiyin.chase")


def chase(house: House, now: datetime) -> dict[str, int]:
    """Send what is due: {"due": rungs reached, "reminders": matters told of, "escalated", "failed": put off}.

    An order whose callback and handling run out on the same day is reminded of once, in one letter.
    """
    with writing(house.engine) as session:
        sweeps.started(session, "chase", now)
    end_pauses(house, now)
    sweep = _Sweep(house, now)
    while sweep.batch():
        pass
    result = {name: sweep.counts[name] for name in ("due", "reminders", "escalated", "failed")}
    with writing(house.engine) as session:
        sweeps.succeeded(session, "chase", now, result)
    return result


class _Sweep:
    def __init__(self, house: House, now: datetime) -> None:
        self._house, self._now = house, now
        self._chaser = Chaser(house.profile, house.calendar, house.settings.zone, now)
        self._digests = Digests()
        self._told: set[tuple[str, int]] = set()
        self.counts: Counter[str] = Counter()

    def batch(self) -> int:
        """One short transaction for up to 500 clocks; where it fails, each by itself. How many there were."""
        ids: list[int] = []
        try:
            with writing(self._house.engine) as session:
                ids = chasing.due_ids(session, self._now, BATCH)
                done = self._chase(session, ids)
        except DATABASE_AWAY:
            raise
        except Exception:
            log.exception("一批 %d 项催办失败，改为逐项处理", len(ids))
            done = sum((self._alone(i) for i in ids), Counter[str]())
        self.counts += done
        return len(ids)

    def _alone(self, clock_id: int) -> Counter[str]:
        self._digests = Digests()  # what the failed transaction began is not there
        try:
            with writing(self._house.engine) as session:
                return self._chase(session, [clock_id])
        except DATABASE_AWAY:
            raise
        except Exception:
            log.exception("时钟 %d 催办失败，一小时后再看", clock_id)
            with writing(self._house.engine) as session:
                chasing.put_off(session, clock_id, self._now)
            return Counter(due=1, failed=1)

    def _chase(self, session: Session, ids: Sequence[int]) -> Counter[str]:
        if not ids:
            return Counter()
        done: Counter[str] = Counter()
        looks = []
        told = set()
        for clock in chasing.due_clocks(session, ids, self._now):
            if look := self._look(session, clock, done):
                looks.append(look)
                done["due"] += look.action is not None
                if look.tellings:
                    told.add(("order", clock.order_id) if clock.order_id else (clock.subject, clock.subject_id))
                done["escalated"] += look.escalates
        chasing.write_looks(session, looks, self._digests, self._now)
        done["reminders"] = len(told - self._told)
        self._told |= told
        return done

    def _look(self, session: Session, clock: DueClock, done: Counter[str]) -> Look | None:
        """A clock that can't be judged is put off; the others of its batch go on."""
        try:
            return self._chaser.look(clock)
        except Exception:
            log.exception("时钟 %d 无法判断，一小时后再看", clock.id)
            chasing.put_off(session, clock.id, self._now)
            done["due"] += 1
            done["failed"] += 1
            return None


def end_pauses(house: House, now: datetime) -> int:
    """恢复计时 where the cap is reached; how many."""
    with reading(house.engine) as session:
        orders = clock_requests.pauses_to_end(session, now, BATCH)
    for order in orders:
        with writing(house.engine) as session:
            clock_requests.resume(session, house.reckoner, order, SYSTEM, now)
    return len(orders)


def close_answered(house: House, now: datetime) -> dict[str, int]:
    """办结 of what was answered long enough ago, and nobody came back dissatisfied: {"closed","failed"}."""
    today = house.day_of(now)
    last = shifted(house.calendar, today, -house.profile.limits.close_after_workdays)
    done: Counter[str] = Counter()
    with reading(house.engine) as session:
        orders = answered_until(session, datetime.combine(last, time(), house.settings.zone))
    for order in orders:
        done[_close(house, order, now)] += 1
    return {"closed": done["closed"], "failed": done["failed"]}


def _close(house: House, order_id: int, now: datetime) -> str:
    try:
        with writing(house.engine) as session:
            closing.close(session, order_id, SYSTEM, now)
    except DATABASE_AWAY:
        raise
    except Exception:
        log.exception("工单（编号 %d）未能办结", order_id)
        return "failed"
    return "closed"
