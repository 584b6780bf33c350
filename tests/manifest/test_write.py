import json
import os

import pytest

from assetkit.judgement import Judgement, NotChecked, Severity, Status
from assetkit.manifest.write import as_json, json_parts, reasons, reasons_name, write_manifest, write_reasons
from assetkit.model import CoverOutcome
from assetkit.wording import say
from tests.manifest.records import breach, entry, manifest


def test_all_files_are_written_whole(tmp_path):
    record = manifest(entry("\u65b0\u54c1.jpg"))
    write_manifest(record, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["assets.csv", "findings.csv", "manifest.json"]
    assert (
        json.loads((tmp_path / "manifest.json").read_text("utf-8"))["assets"][0]["source"]["path"] == "\u65b0\u54c1.jpg"
    )
    assert (tmp_path / "assets.csv").read_bytes().startswith(b"\xef\xbb\xbfsource")


@pytest.mark.parametrize("names", [(), ("a.jpg",), ("a.jpg", "two\u2028lines\x85\n.jpg", '"assets": [].jpg')])
def test_the_json_is_the_same_in_parts(names):
    whole = manifest(*map(entry, names))
    assert b"".join(json_parts(whole)).decode() == as_json(whole)


def test_a_failed_write_leaves_the_old_one(tmp_path, monkeypatch):
    write_manifest(manifest(), tmp_path)
    before = (tmp_path / "manifest.json").read_text()

    def fail(_handle):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_manifest(manifest(entry()), tmp_path)
    assert (tmp_path / "manifest.json").read_text() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["assets.csv", "findings.csv", "manifest.json"]


def test_reasons_in_words():
    cover = CoverOutcome(Status.REJECTED, judgement=Judgement((breach("aspect-ratio", message="too wide", fix=""),)))
    unchecked = Judgement(
        (breach(), breach("resolution", "recommended", "too small", fix="")),
        (NotChecked("text-coverage-max", Severity.REQUIRED, "broken"),),
    )
    text = reasons(entry("sub/a.gif", judgement=unchecked, cover=cover, status="rejected"))
    assert text == (
        "sub/a.gif: rejected (不合格)\n"
        "\n"
        "- format gif, not jpeg [format, required]\n"
        "  To do: export it as JPEG.\n"
        "  Limit from: the sheet (seen 2026-01-02)\n"
        "\n"
        "- too small [resolution, recommended]\n"
        "  Limit from: the sheet (seen 2026-01-02)\n"
        "\n"
        "The cover (封面):\n"
        "- too wide [aspect-ratio, required]\n"
        "  Limit from: the sheet (seen 2026-01-02)\n"
        "\n"
        "Not checked (未检查): text-coverage-max\n"
    )


def test_reasons_in_chinese_beside_the_english():
    found = breach(message=say("the file is empty (0 bytes)"), fix=say("copy it again"))
    text = reasons(entry("a.jpg", findings=[found], status="rejected"))
    assert "- the file is empty (0 bytes) [format, required]\n  To do: copy it again.\n" in text
    assert "\n  文件为空（0 字节）（必须）。请重新拷贝。\n" in text


def test_the_entry_holds_both_languages():
    unchecked = NotChecked("text-grid-max", Severity.REQUIRED, say("text was not measured"))
    found = breach(message=say("the file is empty (0 bytes)"), fix=say("copy it again"))
    made = entry("a.jpg", judgement=Judgement((found,), (unchecked,)), actions=(say("turned upright"),))
    assert (made.findings[0].message, made.findings[0].message_zh) == (
        "the file is empty (0 bytes)",
        "文件为空（0 字节）",
    )
    assert (made.findings[0].fix, made.findings[0].fix_zh) == ("copy it again", "请重新拷贝")
    assert (made.not_checked[0].reason, made.not_checked[0].reason_zh) == ("text was not measured", "未测量文字")
    assert (made.actions, made.actions_zh) == (["turned upright"], ["已转正"])


def test_reasons_lie_where_the_source_lay(tmp_path):
    place = write_reasons(entry("sub/deep/a.gif", findings=[breach()]), tmp_path)
    assert place == tmp_path / "rejected/sub/deep/a.gif.reasons.txt"
    assert place.read_text("utf-8").startswith("sub/deep/a.gif: ready")


@pytest.mark.parametrize(
    "names",
    [
        ["a" * 244 + ".jpg", "a" * 244 + ".png"],
        ["\u56fe" * 83 + ".jpg", "\u56fe" * 83 + ".png"],
        ["\\xc4" * 200 + "/a.jpg", "\\xc4" * 201 + "/a.jpg"],
    ],
)
def test_long_names_have_reasons_of_their_own(tmp_path, names):
    places = [write_reasons(entry(name), tmp_path) for name in names]
    assert places[0] != places[1]
    for name, place in zip(names, places, strict=True):
        assert place == tmp_path / reasons_name(name)
        assert place.read_text("utf-8").startswith(f"{name}: ")
