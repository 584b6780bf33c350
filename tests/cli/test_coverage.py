import json

import pytest
from jsonschema import Draft202012Validator

from assetkit import batch
from assetkit.manifest.contract import CoverageReport
from tests import hostile
from tests.factories import gradient


@pytest.fixture(autouse=True)
def _fake_text(monkeypatch):
    monkeypatch.setattr(batch, "work_coverage", hostile.finds_text)


def test_a_table(assetkit, folder):
    gradient(600, 800).save(folder / "in/second.png")
    code, out, err = assetkit("coverage", "in", "--jobs", "1")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "coverage  low to high      cells  lines  path",
        "   25.0%  24.8% to 25.2%       9      1  fine.jpg",
        "   25.0%  24.8% to 25.2%       9      1  second.png",
    ]


def test_json(assetkit, folder):
    (folder / "in/words.jpg").write_text("words")
    code, out, err = assetkit("coverage", "in", "--json", "--jobs", "1")
    assert (code, err) == (1, "")
    data = json.loads(out)
    Draft202012Validator(CoverageReport.model_json_schema(mode="serialization")).validate(data)
    assert list(data) == ["schema", "images"]
    assert data["schema"] == "assetkit.coverage/1"
    fine, words = data["images"]
    assert {k: v for k, v in fine.items() if k not in ("seconds", "regions")} == {
        "path": "fine.jpg", "coverage": 0.25, "low": 0.248, "high": 0.252, "grid_cells": 9, "engine": "paddle",
        "error": None, "error_zh": "",
    }  # fmt: skip
    polygon = [[0.0, 0.0], [30.0, 0.0], [30.0, 40.0], [0.0, 40.0]]
    assert fine["regions"] == [{"polygon": polygon, "score": 0.9, "text": None}]
    assert fine["seconds"] >= 0
    assert {words[k] for k in ("coverage", "low", "high", "grid_cells", "regions", "seconds")} == {None}
    assert words["error"]


def test_what_was_not_measured_is_a_row_that_says_why(assetkit, folder):
    (folder / "in/words.jpg").write_text("words")
    code, out, _ = assetkit("coverage", "in/words.jpg", "in/fine.jpg", "--jobs", "1")
    assert code == 1
    assert [line.split()[0] for line in out.splitlines()] == ["coverage", "25.0%", "-"]
    assert "words.jpg: not a picture" in out
    _, out, _ = assetkit("coverage", "in/words.jpg", "in/fine.jpg", "--jobs", "1", "--lang", "zh")
    assert out.split()[:5] == [
        "\u6587\u5b57\u5360\u6bd4",
        "\u533a\u95f4",
        "\u683c\u6570",
        "\u884c\u6570",
        "\u8def\u5f84",
    ]
    assert "24.8% \u81f3 25.2%" in out
    assert "words.jpg: \u4ece\u5185\u5bb9\u770b" in out


def test_overlays(assetkit, folder):
    for _ in range(2):  # the second run replaces what the first one wrote
        assert assetkit("coverage", "in/fine.jpg", "--overlay", "out", "--jobs", "1")[0] == 0
    assert [p.name for p in (folder / "out").iterdir()] == ["fine.text.jpg"]
    code, _, err = assetkit("coverage", "in", "--overlay", "in/out")
    assert (code, "lies inside the input" in err) == (2, True)


@pytest.mark.parametrize("option", ["--engine", "--text-engine"])
def test_the_engine_has_two_names(assetkit, folder, option):
    code, out, _ = assetkit("coverage", "in", option, "easyocr", "--json", "--jobs", "1")
    assert (code, json.loads(out)["images"][0]["engine"]) == (0, "easyocr")
    assert assetkit("coverage", "in", option, "padle")[0] == 2
