"""What every reader is told: the time, the zone, the limits, who we are."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Beyond `size` bytes, `parts` or `depth` a mail is quarantined; of anything at most `kept` bytes are held."""

    size: int = 30 * MEGABYTE
    parts: int = 200
    depth: int = 20
    kept: int = 100 * MEGABYTE
    unpacked: int = 300 * MEGABYTE
    header_search: int = 30


def _utc_now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """`state` is the caller's memory of what was fetched over IMAP; save it once the items are durable."""

    now: datetime = field(default_factory=_utc_now)
    zone: ZoneInfo = SHANGHAI
    limits: Limits = field(default_factory=Limits)
    own_addresses: frozenset[str] = frozenset()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    state: MutableMapping[str, str] = field(default_factory=dict)
