"""One door to all channels that are read from files, folders and servers."""

from collections.abc import Callable, Iterator

from channels.board import read_board
from channels.faults import BadSource
from channels.hotline import read_hotline
from channels.mailbox import read_mailbox
from channels.opinion import read_opinion
from channels.options import ReadOptions
from models.inbound import SourceItem
from models.vocabulary import Channel


def _hotline(source: str, options: ReadOptions) -> Iterator[SourceItem]:
    return read_hotline(source, options=options)


_READERS: dict[str, Callable[[str, ReadOptions], Iterator[SourceItem]]] = {
    Channel.MAILBOX: read_mailbox,
    Channel.HOTLINE: _hotline,
    Channel.BOARD: read_board,
    Channel.OPINION: read_opinion,
}


def read_source(kind: Channel | str, source: str, options: ReadOptions | None = None) -> Iterator[SourceItem]:
    """Items of a source of that kind: each exactly one Accepted or Quarantined.

    Raises BadSource for an unknown kind, SourceMissing, SourceUnreadable, and MailServerAway (try again later).
    """
    reader = _READERS.get(kind)
    if reader is None:
        raise BadSource(f"没有名为 {kind} 的来件渠道，可用：{'、'.join(_READERS)}。")
    return reader(str(source), options or ReadOptions())
