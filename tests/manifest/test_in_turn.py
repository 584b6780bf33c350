import json

import pytest

from assetkit.manifest import in_turn
from assetkit.manifest.in_turn import assets_in_turn
from assetkit.manifest.write import as_json, write_manifest
from tests.manifest.records import breach, entry, manifest

RECORDS = [
    manifest(),
    manifest(entry("a.jpg")),
    manifest(entry('"assets": [].jpg'), entry("新品\n], .jpg", findings=[breach()]), entry("c.jpg")),
]


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("part", [700, 5000, 1 << 16])
def test_they_are_those_of_the_whole_file(record, part, tmp_path, monkeypatch):
    monkeypatch.setattr(in_turn, "_PART", part)
    write_manifest(record, tmp_path)
    whole = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["assets"]
    assert list(assets_in_turn(tmp_path / "manifest.json")) == whole


def test_however_it_is_laid_out(tmp_path):
    whole = json.loads(as_json(RECORDS[2]))
    (tmp_path / "m.json").write_text(json.dumps(whole, separators=(",", ":")), "utf-8")
    assert list(assets_in_turn(tmp_path / "m.json")) == whole["assets"]


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"assets": 5}', '{"name": "\\"assets\\": []"}'])
def test_what_is_no_manifest_is_refused(text, tmp_path):
    (tmp_path / "m.json").write_text(text, "utf-8")
    with pytest.raises(ValueError, match="begin"):
        list(assets_in_turn(tmp_path / "m.json"))


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_that_was_cut_off_is_refused(share, tmp_path):
    text = as_json(RECORDS[2])
    end = text.index("skipped")
    (tmp_path / "m.json").write_text(text[: int(share * end)], "utf-8")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
        list(assets_in_turn(tmp_path / "m.json"))
