"""The opinion feed: the board's form with source and url. Handling it is answering, not watching people."""

from collections.abc import Iterator
from pathlib import Path

from channels.board import read_posts
from channels.options import ReadOptions
from models.inbound import SourceItem
from models.vocabulary import Channel


def read_opinion(path: str | Path, options: ReadOptions | None = None) -> Iterator[SourceItem]:
    """{"id","title","text","time","source","url"} and what the board has."""
    return read_posts(Path(path), Channel.OPINION, options or ReadOptions())
