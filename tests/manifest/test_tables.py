import csv
import io

import pytest

from assetkit.judgement import Judgement, NotChecked, Severity, Status
from assetkit.manifest.contract import SetEntry
from assetkit.model import CoverOutcome
from assetkit.wording import in_language
from tests.manifest.records import as_csv, breach, entry, manifest


def read(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def rows(*assets):
    return read(as_csv(manifest(*assets))[0])


def test_excel_reads_the_csv_as_utf_8():
    text = as_csv(manifest(entry("\u65b0\u54c1.jpg")))[0]
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


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "=cmd|' /C calc'!A0", "-rf", "\uff1d1", "\uff0b", "\uff0d", "\uff20", " =1"]
)
def test_no_cell_is_a_formula(start):
    (row,) = rows(entry(f"{start}1.jpg", findings=[breach(message=f"{start} is odd")]))
    assert row["source"] == f"'{start}1.jpg"
    assert row["reasons"].startswith("'")


def test_nothing_else_is_quoted():
    (row,) = rows(entry("a=b-c.jpg"))
    assert row["source"] == "a=b-c.jpg"


@pytest.mark.parametrize("name", ["two\nlines.jpg", "two\r\nlines.jpg", "=two\nlines.jpg", "two\rlines.jpg"])
def test_a_name_of_two_lines_stays_in_its_row(name):
    text = as_csv(manifest(entry(name)))[0]
    assert len(text.removesuffix("\r\n").splitlines()) == 2
    assert rows(entry(name))[0]["source"].endswith("two lines.jpg")


def test_a_finding_is_a_row_and_so_is_what_was_not_checked():
    found = breach("duration-max", measured=-3.5, limit=60.0, unit="s", needs_person=True)
    judged = Judgement((found,), (NotChecked("text-coverage-max", Severity.REQUIRED, "no engine"),))
    cover = CoverOutcome(Status.REJECTED, judgement=Judgement((breach("resolution", "recommended", "too small"),)))
    first, second, third = read(as_csv(manifest(entry("\u65b0\u54c1.mp4", judgement=judged, cover=cover)))[1])
    assert (first["source"], first["part"], first["result"]) == ("\u65b0\u54c1.mp4", "asset", "finding")
    assert (first["measured"], first["limit"], first["unit"], first["needs a person"]) == ("-3.5", "60.0", "s", "yes")
    assert first["limit from"] == "the sheet (seen 2026-01-02)"
    assert (first["\u8bf4\u660e"], first["\u600e\u4e48\u505a"]) == (
        in_language(found.message, "zh"),
        in_language(found.fix, "zh"),
    )
    assert (second["result"], second["code"], second["message"]) == ("not checked", "text-coverage-max", "no engine")
    assert (second["measured"], second["what to do"], second["needs a person"]) == ("", "", "")
    assert (third["part"], third["code"], third["needs a person"]) == ("cover", "resolution", "no")


def test_no_finding_is_a_formula_either():
    (row,) = read(as_csv(manifest(entry("=1.jpg", findings=[breach(message="@x", fix="+y", measured="-2")])))[1])
    assert [row[k] for k in ("source", "message", "what to do", "measured")] == ["'=1.jpg", "'@x", "'+y", "'-2"]


def test_the_columns_are_a_contract():
    assert as_csv(manifest())[0] == (
        "\ufeffsource,kind,status,codes,reasons,what to do,not checked,width,height,duration_seconds,bytes,"
        "text_coverage,output,cover,actions,set,slide\r\n"
    )
    assert as_csv(manifest())[1] == (
        "\ufeffsource,kind,status,part,result,code,severity,measured,limit,unit,message,what to do,"
        "needs a person,limit from,\u8bf4\u660e,\u600e\u4e48\u505a\r\n"
    )


def test_slides_name_their_set_and_sets_have_rows_of_their_own():
    record = manifest(entry("1.jpg"), entry("alone.jpg"), entry("2.jpg"))
    slides = [{"path": f"{n}.jpg", "status": "ready", "output": None} for n in (2, 1)]
    told = {"code": "no-gaps", "severity": "required", "measured": 1, "limit": 0, "unit": "numbers", "source": "s"}
    said = {"message": "=a gap", "fix": "mend it", "message_zh": "有缺", "fix_zh": "补齐", "needs_person": True}
    more = {"id": "glow", "status": "review", "worst": None, "is_published": False, "missing": []}
    record.sets = [SetEntry(slides=slides, findings=[told | said], not_checked=[], **more)]
    assert [(row["source"], row["set"], row["slide"]) for row in read(as_csv(record)[0])] == [
        ("1.jpg", "glow", "2"),
        ("alone.jpg", "", ""),
        ("2.jpg", "glow", "1"),
    ]
    (row,) = read(as_csv(record)[1])
    assert (row["source"], row["kind"], row["part"], row["code"]) == ("glow", "set", "set", "no-gaps")
    assert (row["message"], row["怎么做"], row["needs a person"]) == ("'=a gap", "补齐", "yes")
