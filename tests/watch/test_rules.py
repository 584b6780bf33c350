"""Settling, share and retries, with a clock and listings of the test's own."""

import pytest

from assetkit.watch.retries import Retries
from assetkit.watch.settling import Look, Settling, patience
from assetkit.watch.share import Seen, Share

HERE, ELSEWHERE = (1, 2), (1, 9)


def look(size=100, mark="a"):
    return Look((f"{size}:{mark}",), size)


def settled_at(looks, settle=5.0):
    """The first second at which the file is settled, looked at each second; None if never."""
    settling = Settling(settle)
    for now, each in enumerate(looks):
        if settling.look({} if each is None else {"a": each}, float(now)):
            return now
    return None


@pytest.mark.parametrize(
    ("looks", "settle", "when"),
    [
        ([look()] * 9, 5.0, 6),  # 5 s and the moment for its size
        ([look()] * 9, 0.0, 2),  # three looks at least
        ([look(1)] * 3 + [look(2)] * 9, 5.0, 9),  # grew once
        ([look(n) for n in range(1, 30)], 5.0, None),  # grows on and on
        ([look(0)] * 30, 5.0, None),  # created, and nothing written yet
        ([look(), look(mark="b")] * 15, 5.0, None),  # written over in place: same size, other time
        ([look()] * 4 + [None] + [look()] * 9, 5.0, 11),  # taken away and put back
        ([look()] * 5 + [look(mark="later")] * 9, 5.0, 11),  # a copy that paused
    ],
)
def test_when_a_file_is_settled(looks, settle, when):
    assert settled_at(looks, settle) == when


def test_looks_that_come_early_do_not_count():
    settling = Settling(0.0, 2.0)
    taken = [now for now in (0.0, 0.1, 0.2, 1.9, 2.0, 3.9) if settling.look({"a": look(1)}, now)]
    assert taken == [3.9]  # the third that is an interval after the one before


def test_a_large_file_must_be_still_for_longer():
    assert patience(5, 0) == 5
    assert patience(5, 500_000_000) == 15
    assert patience(5, 10**13) == 125


def test_a_file_that_was_too_new_is_taken_by_itself():
    settling = Settling(2.0)
    looks = {"old": look(), "new": look(50)}
    settling.look({"old": look()}, 0.0)
    settling.look({"old": look()}, 1.0)
    assert settling.look(looks, 2.5) == ["old"]
    assert settling.look(looks, 3.5) == ["old"]
    assert settling.look(looks, 4.6) == ["old", "new"]
    settling.forget("old")
    assert settling.look(looks, 5.0) == ["new"]


def seen(count=3, mark=True, identity=HERE, error=None):
    return Seen(error, mark, identity, count)


@pytest.mark.parametrize(
    ("looks", "believed"),
    [
        ([seen(), seen(0), seen(5)], [True, True, True]),  # emptied by people: our mark is still in it
        ([seen(), seen(0, mark=False), seen()], [True, False, True]),  # the empty place under a mount
        ([seen(), seen(error="Host is down"), seen()], [True, False, True]),
        ([seen(), seen(7, mark=False, identity=ELSEWHERE)], [True, False]),  # something else is mounted there
        ([seen(), seen(3, mark=False)], [True, True]),  # somebody removed our mark; the same folder
        ([seen(mark=None), *[seen(0, mark=None)] * 4], [True, False, False, True, True]),  # read-only, and emptied
        ([seen(mark=None), *[seen(0, None, ELSEWHERE)] * 5], [True, *[False] * 5]),
        ([seen(0, mark=None), seen(0, mark=None)], [True, True]),  # it never held anything
    ],
)
def test_whether_what_is_listed_can_be_believed(looks, believed):
    share = Share()
    assert [share.see(each) for each in looks] == believed
    assert (share.reason is None) is believed[-1]


def test_a_mount_that_comes_after_the_watcher_is_believed():
    share = Share()
    looks = [
        seen(0),
        seen(0, mark=False, identity=ELSEWHERE),  # an empty place without our mark may be anything
        seen(3, mark=False, identity=ELSEWHERE),
        seen(3, identity=ELSEWHERE),  # now that our mark is in it, it is the one
        seen(3, mark=False),
    ]
    assert [share.see(each) for each in looks] == [True, False, True, True, False]


def test_a_lost_share_is_looked_at_less_and_less_often():
    share, lost = Share(), seen(error="away")
    waits = []
    for _ in range(6):
        share.see(lost)
        waits.append(share.back_off(2.0))
    assert waits == [4, 8, 16, 32, 60, 60]
    share.see(seen())
    assert share.back_off(2.0) == 2


def test_what_failed_is_tried_again_later_and_later_and_then_set_aside():
    retries = Retries(3)
    now, waits = 100.0, []
    while retries.failed("a", ("x",), now):
        wait = 0.0
        while not retries.is_due("a", ("x",), now + wait):
            wait += 1
        waits.append(wait)
        now += wait
    assert waits == [10, 40, 160]
    assert len(retries) == 0
    assert retries.is_due("a", ("x",), now)


def test_a_file_that_looks_different_begins_anew():
    retries = Retries(1)
    assert retries.failed("a", ("x",), 0.0)
    assert not retries.is_due("a", ("x",), 1.0)
    assert retries.is_due("a", ("y",), 1.0)
    assert retries.failed("a", ("y",), 1.0)
    assert not retries.failed("a", ("y",), 99.0)
    retries.failed("b", ("x",), 0.0)
    retries.forget("b")
    assert retries.is_due("b", ("x",), 0.0)
