"""Drawing lots that anybody can draw again: the seed, the rate and the candidates give the same names. Pure."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

_LOTS = 2**64


def seed_of(secret: bytes, until: datetime) -> str:
    """The seed of the draw of a period's end: nobody chooses it, and nobody outside knows it beforehand."""
    return hmac.digest(secret, f"follow-up|{until.isoformat()}".encode(), "sha256").hex()


def lot(seed: str, number: str, cycle: int) -> float:
    """A number in [0, 1) for one answer, by its order's number and its round."""
    digest = hashlib.sha256(f"{seed}|{number}|{cycle}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / _LOTS


def drawn(seed: str, rate: float, rounds: Iterable[Sequence[Any]]) -> list[tuple[int, int]]:
    """(order, round) of those that are asked: always where it says why, by lot below `rate` otherwise.

    `rounds`: [order id, round, number, unit, why or None].
    """
    return [
        (order_id, cycle)
        for order_id, cycle, number, _, why in rounds
        if why is not None or lot(seed, number, cycle) < rate
    ]
