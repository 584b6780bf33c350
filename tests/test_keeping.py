"""What the ledger keeps of an outcome comes back whole, and makes nothing but our own things."""

import base64
import io
import os
import pickle
import zlib
from pathlib import Path

import pytest

from assetkit.facts import Source
from assetkit.judgement import Finding, Judgement, Severity, Status
from assetkit.keeping import Unreadable, as_text, from_text
from assetkit.model import Outcome
from assetkit.whole_file import write_whole
from assetkit.wording import in_language, say


class Evil:
    """What a stranger would put into the ledger: a call that leaves a trace."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call[0], self.call[1:]


def smuggled(thing):
    return base64.b64encode(zlib.compress(pickle.dumps(thing))).decode()


def test_an_outcome_comes_back_with_both_languages(tmp_path):
    said = say("took longer than {deadline_seconds:g} s and was stopped", deadline_seconds=2.5)
    finding = Finding("tool-failed", Severity.REQUIRED, said)
    outcome = Outcome(Source(str(tmp_path), "a.jpg", "a"), Status.REJECTED, judgement=Judgement((finding,)))
    back = from_text(as_text(outcome))
    assert back == outcome
    assert (
        in_language(back.judgement.findings[0].message, "zh") == in_language(finding.message, "zh") != finding.message
    )


@pytest.mark.parametrize(
    "thing",
    [
        Evil(os.mkdir, "made-by-a-stranger"),
        Evil(io.FileIO, "made-by-a-stranger", "w"),  # a class, but none of ours
        Evil(write_whole, Path("made-by-a-stranger"), b"x"),  # ours, but no class
        {"status": "ready"},
    ],
)
def test_nothing_else_does(thing, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreadable):
        from_text(smuggled(thing))
    assert list(tmp_path.iterdir()) == []


def test_damage_is_told():
    with pytest.raises(Unreadable):
        from_text("no such text")
