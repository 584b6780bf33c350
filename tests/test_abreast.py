"""Work beside the making of what it works on: in order, few at a time, and no error lost."""

import threading
import time

import pytest

from assetkit.abreast import LoadedOnce, OneEach, abreast


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_results_come_in_order(threads):
    def slow_first(number):
        time.sleep(0.02 if number == 0 else 0)
        return number * number

    assert list(abreast(slow_first, range(20), threads)) == [n * n for n in range(20)]


def test_the_work_is_done_in_other_threads_and_the_making_in_this_one():
    made, worked = [], []

    def things():
        for number in range(3):
            made.append(threading.get_ident())
            yield number

    list(abreast(lambda _: worked.append(threading.get_ident()), things()))
    assert set(made) == {threading.get_ident()}
    assert threading.get_ident() not in worked


def test_few_things_are_held_at_a_time():
    held = most = 0
    lock = threading.Lock()

    def things():
        nonlocal held, most
        for number in range(50):
            with lock:
                held += 1
                most = max(most, held)
            yield number

    def work(_):
        nonlocal held
        time.sleep(0.001)
        with lock:
            held -= 1

    list(abreast(work, things(), 2))
    assert most <= 6


@pytest.mark.parametrize("threads", [0, 2])
def test_what_goes_wrong_is_raised_where_the_results_are_taken(threads):
    def things():
        yield 1
        raise OSError("cut off")

    with pytest.raises(ZeroDivisionError):
        list(abreast(lambda number: 1 // number, [1, 0, 1], threads))
    with pytest.raises(OSError, match="cut off"):
        list(abreast(lambda number: number, things(), threads))
    with pytest.raises(ZeroDivisionError):  # it was there first, whoever noticed his own first
        list(abreast(lambda number: time.sleep(0.02) or number // 0, things(), threads))


def test_what_waits_is_not_worked_on_after_an_error_or_by_who_stops_listening():
    done = []

    def work(number):
        time.sleep(0.02)
        done.append(number)
        return 1 // number

    with pytest.raises(ZeroDivisionError):
        list(abreast(work, range(9), 1))
    assert len(done) <= 2
    done.clear()
    results = abreast(work, range(1, 9), 1)
    next(results)
    results.close()
    assert len(done) <= 2


def test_what_several_threads_ask_for_at_once_is_loaded_once():
    loads = []

    @LoadedOnce
    def load(name, size=1):
        """Loads."""
        loads.append((name, size))
        time.sleep(0.02)
        return object()

    assert len(set(abreast(load, ["a"] * 8, 4))) == 1
    assert loads == [("a", 1)]
    assert load("b", size=2) is load("b", size=2) is not load("a")
    load.forget()
    load("a")
    assert loads == [("a", 1), ("b", 2), ("a", 1)]
    assert load.__doc__ == "Loads."


def test_things_that_serve_one_at_a_time_are_shared_by_as_many_threads_as_there_are():
    made, in_use, most = [], set(), []
    shared = OneEach(lambda: made.append(1) or object())

    def use(_):
        with shared.borrowed() as thing:
            assert thing not in in_use
            in_use.add(thing)
            most.append(len(in_use))
            time.sleep(0.005)
            in_use.remove(thing)

    list(abreast(use, range(40), 4))
    assert 2 <= max(most) <= 4
    assert len(made) <= 5
    count = len(made)
    with pytest.raises(ZeroDivisionError), shared.borrowed():
        _ = 1 / 0
    list(abreast(use, range(4), 1))
    assert len(made) == count
