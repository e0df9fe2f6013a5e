"""How far a consumer may commit, whatever order its records are finished in."""

from hypothesis import given
from hypothesis import strategies as st

from queues.lane import Lane


def lane_with(offsets: list[int]) -> Lane:
    lane = Lane()
    for offset in offsets:
        lane.hand_out(offset)
    return lane


def test_a_lane_from_which_nothing_was_taken_commits_nothing() -> None:
    assert Lane().to_commit() is None


def test_nothing_is_committed_past_a_record_that_is_still_out() -> None:
    lane = lane_with([5, 6, 7])
    lane.finish([6, 7])
    assert lane.to_commit() == 5
    lane.finish([5])
    assert lane.to_commit() == 8


def test_what_is_committed_is_not_committed_again() -> None:
    lane = lane_with([5])
    lane.finish([5])
    lane.committed(6)
    assert lane.to_commit() is None


def test_giving_back_reads_on_from_the_first_returned_and_forgets_what_came_behind_it() -> None:
    lane = lane_with([5, 6, 7, 8])
    assert lane.rewind([7, 6]) == 6
    assert lane.out == 1
    lane.finish([5])
    assert lane.to_commit() == 6


def test_giving_back_what_was_never_out_changes_nothing() -> None:
    lane = lane_with([5])
    assert lane.rewind([9]) is None
    assert lane.out == 1


@given(st.lists(st.integers(0, 30), unique=True, min_size=1), st.data())
def test_every_unfinished_record_stays_at_or_behind_the_commit(offsets: list[int], data: st.DataObject) -> None:
    lane = lane_with(sorted(offsets))
    finished = data.draw(st.sets(st.sampled_from(offsets)))
    lane.finish(finished)
    reached = lane.to_commit()
    assert reached is not None
    assert all(offset >= reached for offset in set(offsets) - finished)
    assert all(offset in finished for offset in offsets if offset < reached)
