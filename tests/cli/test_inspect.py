import json
import sys

import pytest

from tests.factories import quarters

INSPECT = ("inspect", "in", "--preset", "small.toml", "--jobs", "1")


def test_it_says_what_would_be_done_and_does_nothing(assetkit, folder):
    quarters(600, 800).save(folder / "in/large.png")
    before = sorted(folder.rglob("*"))
    code, out, _ = assetkit(*INSPECT)
    assert code == 0
    assert "scaled down to 60 x 80 px" in out
    assert "already compliant" in out
    assert "Manifest:" not in out
    assert sorted(folder.rglob("*")) == before


def test_json(assetkit, folder):
    code, out, err = assetkit(*INSPECT, "--json")
    assert (code, err) == (0, "")
    (asset,) = json.loads(out)["assets"]
    assert (asset["plan"]["method"], asset["outputs"]) == ("copy", [])


def test_with_an_output_folder(assetkit, folder):
    (folder / "in/empty.jpg").write_bytes(b"")
    code, out, _ = assetkit(*INSPECT, "--output", "out")
    assert code == 1
    assert "Manifest: out" in out
    names = sorted(p.name for p in (folder / "out").rglob("*") if p.is_file())
    assert names == ["assets.csv", "empty.jpg.reasons.txt", "findings.csv", "manifest.json", "report.html"]
    assert assetkit(*INSPECT, "--output", "out")[0] == 2


def test_plans_are_drawn_outside_the_input(assetkit, folder):
    for _ in range(2):  # the second run replaces what the first one wrote
        assert assetkit(*INSPECT, "--overlay", "plans")[0] == 0
    assert [p.name for p in (folder / "plans").iterdir()] == ["fine.plan.jpg"]
    code, _, err = assetkit(*INSPECT, "--overlay", "in/plans")
    assert code == 2
    assert "inside the input" in err


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_name_cannot_break_the_table_or_the_terminal(assetkit, folder):
    (folder / "in/fine.jpg").rename(folder / "in/a\nb\x1b[31m春.jpg")
    _, out, _ = assetkit(*INSPECT)
    assert "a\\nb\\x1b[31m春.jpg" in out
    assert "\x1b" not in out
    _, out, _ = assetkit("coverage", "in", "--jobs", "1")
    assert out.splitlines()[1].endswith("a\\nb\\x1b[31m春.jpg")
