"""What one consumer has out of one Kafka partition, and how far it may commit. Pure bookkeeping."""

from collections.abc import Collection


class Lane:
    """A partition while it is ours. Offsets are handed out in order and may be finished in any.

    A new lane is made at every assignment, so records taken before a revocation change nothing in it:
    committing for them could set the new owner's offset back.
    """

    def __init__(self) -> None:
        self._out: set[int] = set()
        self._next: int | None = None
        self._committed: int | None = None

    @property
    def out(self) -> int:
        return len(self._out)

    def hand_out(self, offset: int) -> None:
        self._out.add(offset)
        self._next = offset + 1

    def finish(self, offsets: Collection[int]) -> None:
        self._out.difference_update(offsets)

    def rewind(self, offsets: Collection[int]) -> int | None:
        """Give back `offsets`: where to read on from, None when none of them was out.

        All that was handed out behind the first of them comes again too, for the order's sake.
        """
        returned = self._out.intersection(offsets)
        if not returned:
            return None
        first = min(returned)
        self._out = {offset for offset in self._out if offset < first}
        self._next = first
        return first

    def to_commit(self) -> int | None:
        """Return the offset of the first record not finished, None when that is committed already."""
        reached = min(self._out, default=self._next)
        return None if reached == self._committed else reached

    def committed(self, offset: int) -> None:
        self._committed = offset
