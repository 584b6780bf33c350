"""Several presets in one reading: each folder holds what a run of that preset alone would have written there."""

import csv
import json

import pytest

from assetkit import api
from assetkit.errors import UserInputError
from assetkit.judgement import Status
from assetkit.manifest.matrix import as_page
from tests.factories import gradient, limit, portrait, preset
from tests.test_api import files

SMALL = preset(image=portrait((60, 80))).model_copy(update={"id": "small"})
LARGE = preset(image=portrait((600, 800), extra={"resolution": limit([600, 800])})).model_copy(update={"id": "large"})
PRESETS = (SMALL, LARGE)


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    gradient(900, 1200).save(folder / "big.jpg")
    gradient(90, 120).save(folder / "tiny.jpg")
    (folder / "<b>empty.jpg").write_bytes(b"")
    return folder


def process(photos, output, **more):
    return api.process_for(photos, presets=PRESETS, output=output, jobs=1, **more)


def untimed(path):
    record = json.loads(path.read_text())
    for asset in record["assets"]:
        asset["seconds"] = None
        asset["source"]["location"] = None
    return record


def test_each_folder_is_what_its_preset_alone_would_have_made(photos, tmp_path):
    outcomes = list(process(photos, tmp_path / "both", cache=False))
    assert [len(each) for each in outcomes] == [2, 2, 2]
    for wanted in PRESETS:
        alone, beside = tmp_path / "alone" / wanted.id, tmp_path / "both" / wanted.id
        list(api.process(photos, preset=wanted, output=alone, jobs=1, cache=False))
        assert files(beside) == files(alone)
        assert untimed(beside / "manifest.json") == untimed(alone / "manifest.json")
        for name in (name for name in files(alone) if name.startswith("ready/")):
            assert (beside / name).read_bytes() == (alone / name).read_bytes()


def test_what_one_of_them_did_before_is_not_done_again(photos, tmp_path, monkeypatch):
    out = tmp_path / "out"
    list(api.process(photos, preset=SMALL, output=out / "small", jobs=1))
    asked, real = [], api.Together.__init__.__globals__["run_together"]

    def counted(sources, parts, **more):
        asked.append([sorted(part.done) for part in parts])
        return real(sources, parts, **more)

    monkeypatch.setattr("assetkit.together.run_together", counted)
    together = process(photos, out)
    before, _ = zip(*together, strict=True)
    assert {outcome.source.relative: outcome.status for outcome in before} == {
        "big.jpg": Status.READY,
        "tiny.jpg": Status.READY,
        "<b>empty.jpg": Status.REJECTED,
    }
    assert asked == [[["<b>empty.jpg", "big.jpg", "tiny.jpg"], []]]
    assert [batch.remembered for batch in together.batches] == [3, 0]
    list(process(photos, out))
    assert len(asked) == 1


def test_the_matrix_says_what_is_ready_for_which(photos, tmp_path):
    together = process(photos, tmp_path / "out")
    list(together)
    text = (tmp_path / "out/matrix.csv").read_text("utf-8-sig")
    rows = {row["source"]: (row["small"], row["large"]) for row in csv.DictReader(text.splitlines())}
    assert rows == {
        "big.jpg": ("ready", "ready"),
        "tiny.jpg": ("ready", "rejected"),
        "<b>empty.jpg": ("rejected", "rejected"),
    }
    page = (tmp_path / "out/matrix.html").read_text("utf-8")
    assert page == as_page([batch.manifest() for batch in together.batches])
    assert "&lt;b&gt;empty.jpg" in page
    assert "<b>" not in page
    assert 'href="large/report.html#asset-' in page


def test_a_lost_worker_costs_no_preset_what_it_alone_would_not(photos, tmp_path, monkeypatch):
    """A worker that dies on two presets is asked once more for each; what it had published by then is no hindrance."""
    monkeypatch.setattr("assetkit.one_reading.work_for", dies_when_asked_for_two)
    outcomes = list(process(photos, tmp_path / "out"))
    by_name = {each[0].source.relative: [outcome.status for outcome in each] for each in outcomes}
    assert by_name["big.jpg"] == [Status.READY, Status.READY]
    assert by_name["tiny.jpg"] == [Status.READY, Status.REJECTED]
    assert not list((tmp_path / "out").rglob(".assetkit-work-*"))


def dies_when_asked_for_two(source, numbers):
    """Runs in the worker: publish for the first preset, then die as a crashed decoder would."""
    import os

    from assetkit.worker import work_for

    if len(numbers) > 1:
        work_for(source, numbers[:1])
        os._exit(9)
    return work_for(source, numbers)


@pytest.mark.parametrize("presets", [[], [SMALL, SMALL]])
def test_each_preset_once(photos, tmp_path, presets):
    with pytest.raises(UserInputError, match="each preset once"):
        api.process_for(photos, presets=presets, output=tmp_path / "out")
