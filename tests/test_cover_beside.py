import threading
from types import SimpleNamespace

import pytest

from assetkit import cover_beside
from assetkit.cover_beside import CoverBeside, CoverLost
from assetkit.errors import AssetError
from assetkit.judgement import Status
from assetkit.model import CoverOutcome
from tests.factories import limit, preset


def beside(monkeypatch, made, wanted=None):
    def make_cover(*_, **__):
        if isinstance(made, Exception):
            raise made
        return made() if callable(made) else made

    monkeypatch.setattr(cover_beside, "make_cover", make_cover)
    return CoverBeside(*[SimpleNamespace()] * 3, wanted or preset(video={"limits": {"cover": limit(True)}}), None)


def outcome(status):
    return CoverOutcome(status), None


@pytest.mark.parametrize("status", [Status.READY, Status.REVIEW])
def test_an_encode_goes_on_while_there_may_be_a_cover(monkeypatch, status):
    go, reached = threading.Event(), []

    def made():
        go.wait(10)
        return outcome(status)

    cover = beside(monkeypatch, made)
    report = cover.watched(reached.append)
    report(0.1)
    go.set()
    assert not cover.is_lost()
    report(0.2)
    assert reached == [0.1, 0.2]


@pytest.mark.parametrize("made", [outcome(Status.REJECTED), AssetError("unreadable", "measure", "no", "try")])
def test_an_encode_ends_once_the_cover_is_known_to_be_lost(monkeypatch, made):
    cover, reached = beside(monkeypatch, made), []
    cover._future.exception()
    with pytest.raises(CoverLost):
        cover.watched(reached.append)(0.5)
    assert reached == []
    if isinstance(made, AssetError):
        with pytest.raises(AssetError):
            cover.made()


def test_a_cover_that_is_only_advised_decides_nothing(monkeypatch):
    assert beside(monkeypatch, outcome(Status.READY)).is_decisive
    wanted = preset(video={"limits": {"cover": limit(True, "recommended")}})
    assert not beside(monkeypatch, outcome(Status.READY), wanted).is_decisive
