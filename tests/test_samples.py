"""The samples, from end to end with real engines, against golden manifests; `pytest --regen` writes them again."""

import json
import re
from pathlib import Path

import pytest

import assetkit

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"


def steady(asset: dict) -> dict:
    """What does not depend on the time, the encoder's version or the last digits of a measurement."""
    return {
        "source": asset["source"]["path"],
        "status": asset["status"],
        "media": asset["media"],
        "findings": [[f["code"], f["severity"], rough(f["measured"]), f["limit"]] for f in asset["findings"]],
        "not_checked": [n["code"] for n in asset["not_checked"]],
        "plan": asset["plan"] and {k: v for k, v in asset["plan"].items() if k != "saliency_kept"},
        "cover": asset["cover"] and [asset["cover"]["status"], asset["cover"]["source"]],
        "outputs": [[o["path"], o["role"], o["width"], o["height"]] for o in asset["outputs"]],
    }


def rough(measured):
    return round(measured, 2) if isinstance(measured, float) else measured


@pytest.fixture(scope="module", params=["xhs-ad", "xhs-note"])
def run(request, tmp_path_factory):
    output = tmp_path_factory.mktemp(request.param) / "out"
    batch = assetkit.process(ROOT / "samples", preset=request.param, output=output)
    return request.param, list(batch), json.loads((output / "manifest.json").read_text("utf-8")), output


def test_verdicts_and_plans_are_the_golden_ones(run, regen):
    preset, _, manifest, _ = run
    golden = GOLDEN / f"samples.{preset}.json"
    got = [steady(asset) for asset in manifest["assets"]]
    if regen:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(json.dumps(got, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert got == json.loads(golden.read_text("utf-8"))


def test_everything_said_is_said_in_chinese_too(run):
    _, _, manifest, _ = run
    said = []
    covers = [asset["cover"] for asset in manifest["assets"] if asset["cover"]]
    for part in [*manifest["assets"], *covers, *manifest["sets"]]:
        said += [(f["message"], f["message_zh"]) for f in part["findings"]]
        said += [(f["fix"], f["fix_zh"]) for f in part["findings"]]
        said += [(n["reason"], n["reason_zh"]) for n in part["not_checked"]]
        said += zip(part.get("actions", ()), part.get("actions_zh", ()), strict=True)
    assert len(said) > 40
    plain = ("H.264",)  # the name of a codec is its name
    assert [e for e, zh in said if not re.search("[\u4e00-\u9fff]", zh) and not e.startswith(plain)] == []
    # what libraries say of a damaged file stays in their words
    left = [zh for _, zh in said if re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", zh)]
    assert [zh for zh in left if not zh.startswith("文件损坏或不完整：")] == []


def test_every_listed_file_is_there_and_no_other(run):
    _, _, manifest, output = run
    listed = {o["path"] for asset in manifest["assets"] for o in asset["outputs"]}
    folders = ("ready", "review")
    assert {p.relative_to(output).as_posix() for f in folders for p in (output / f).rglob("*") if p.is_file()} == listed
    assert [p.name for p in output.iterdir() if p.name.startswith(".")] == []


def test_one_bad_slide_holds_back_the_carousel(run):
    preset, _, manifest, _ = run
    (entry,) = manifest["sets"]
    own = [slide["status"] for slide in entry["slides"]]
    if preset == "xhs-ad":
        assert (entry["status"], entry["worst"], entry["is_published"]) == ("rejected", "carousel/04.jpg", False)
        assert own == ["ready", "ready", "ready", "rejected", "ready"]
    else:  # notes may carry as much text as they like
        assert (entry["status"], entry["worst"], entry["is_published"]) == ("ready", None, True)
        assert [slide["output"] for slide in entry["slides"]] == [
            f"ready/carousel/summer-glow_0{n}.jpg" for n in range(1, 6)
        ]


def test_what_the_samples_page_says_is_true():
    page = (ROOT / "samples" / "README.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ") and "." in line.split("|")[1]]
    said = {
        name.strip(): row[3].strip().split(",")[0].split(":")[0].split(" ")[0]
        for row in rows
        for name in row[1].split(",")
    }
    golden = json.loads((GOLDEN / "samples.xhs-ad.json").read_text("utf-8"))
    verdicts = {asset["source"]: asset["status"] for asset in golden}
    assert {name: verdicts[name] for name in said if name in verdicts} == {
        name: verdict for name, verdict in said.items() if name in verdicts
    }
    samples = ROOT / "samples"
    files = {p.relative_to(samples).as_posix() for p in samples.rglob("*") if p.is_file()}
    assert files == set(said) | {"README.md"}
