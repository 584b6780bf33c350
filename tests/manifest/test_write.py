import csv
import io
import json
import os

import pytest

from assetkit.manifest.write import as_csv, as_json, json_parts, reasons, reasons_name, write_manifest, write_reasons
from assetkit.model import CoverOutcome, Judgement, NotChecked, Severity, Status
from tests.manifest.records import breach, entry, manifest


def rows(*assets):
    text = as_csv(manifest(*assets))
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_excel_reads_the_csv_as_utf_8():
    text = as_csv(manifest(entry("\u65b0\u54c1.jpg")))
    assert text.startswith("\ufeffsource,kind,status,")
    assert text.count("\r\n") == 2
    assert rows(entry("\u65b0\u54c1.jpg"))[0]["source"] == "\u65b0\u54c1.jpg"


def test_a_row():
    asset = entry(findings=[breach(), breach("resolution", "recommended", "too small", fix="deliver a larger one")])
    (row,) = rows(asset)
    assert row["codes"] == "format resolution"
    assert row["reasons"] == "format gif, not jpeg; too small"
    assert row["what to do"] == "export it as JPEG; deliver a larger one"
    assert (row["width"], row["height"], row["bytes"], row["text_coverage"]) == ("600", "800", "10000", "0.1235")
    assert (row["output"], row["cover"], row["duration_seconds"]) == ("ready/a.jpg", "", "")


def test_an_unreadable_file_has_its_row():
    (row,) = rows(entry(findings=[breach()], media=None, measurements=None, plan=None, status="rejected"))
    assert (row["status"], row["width"], row["text_coverage"]) == ("rejected", "", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "=cmd|' /C calc'!A0", "-rf"])
def test_no_cell_is_a_formula(start):
    (row,) = rows(entry(f"{start}1.jpg", findings=[breach(message=f"{start} is odd")]))
    assert row["source"] == f"'{start}1.jpg"
    assert row["reasons"].startswith("'")


def test_nothing_else_is_quoted():
    (row,) = rows(entry("a=b-c.jpg"))
    assert row["source"] == "a=b-c.jpg"


@pytest.mark.parametrize("name", ["two\nlines.jpg", "two\r\nlines.jpg", "=two\nlines.jpg", "two\rlines.jpg"])
def test_a_name_of_two_lines_stays_in_its_row(name):
    text = as_csv(manifest(entry(name)))
    assert len(text.removesuffix("\r\n").splitlines()) == 2
    assert rows(entry(name))[0]["source"].endswith("two lines.jpg")


def test_both_files_are_written_whole(tmp_path):
    record = manifest(entry("\u65b0\u54c1.jpg"))
    write_manifest(record, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["manifest.csv", "manifest.json"]
    assert (
        json.loads((tmp_path / "manifest.json").read_text("utf-8"))["assets"][0]["source"]["path"] == "\u65b0\u54c1.jpg"
    )
    assert (tmp_path / "manifest.csv").read_bytes().startswith(b"\xef\xbb\xbfsource")


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
    assert sorted(p.name for p in tmp_path.iterdir()) == ["manifest.csv", "manifest.json"]


def test_reasons_in_words():
    cover = CoverOutcome(Status.REJECTED, judgement=Judgement((breach("aspect-ratio", message="too wide", fix=""),)))
    unchecked = Judgement(
        (breach(), breach("resolution", "recommended", "too small", fix="")),
        (NotChecked("text-coverage-max", Severity.REQUIRED, "broken"),),
    )
    text = reasons(entry("sub/a.gif", judgement=unchecked, cover=cover, status="rejected"))
    assert text == (
        "sub/a.gif: rejected\n"
        "\n"
        "- format gif, not jpeg [format, required]\n"
        "  To do: export it as JPEG.\n"
        "  Limit from: the sheet (seen 2026-01-02)\n"
        "\n"
        "- too small [resolution, recommended]\n"
        "  Limit from: the sheet (seen 2026-01-02)\n"
        "\n"
        "The cover:\n"
        "- too wide [aspect-ratio, required]\n"
        "  Limit from: the sheet (seen 2026-01-02)\n"
        "\n"
        "Not checked: text-coverage-max\n"
    )


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
