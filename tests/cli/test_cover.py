import json
import re

import pytest

from tests.test_covers import BLACK, CRISP, SOFT, written

COVER = ("cover", "clip.mp4", "--preset", "small.toml", "--output", "out")


def ready(folder, *pictures):
    """A clip, and a preset whose covers need no crop, and so no text engine in the worker."""
    written(folder / "clip.mp4", pictures)
    text = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(text.replace('"3:4"', '"9:16"').replace("[60, 80]", "[45, 80]"))


def test_a_line_for_each_cover(assetkit, folder):
    ready(folder, BLACK, SOFT, CRISP)
    code, out, _ = assetkit(*COVER, "--count", "2")
    assert code == 0
    head, *covers, sheet = out.splitlines()
    assert head.split() == ["#", "time", "score", "verdict", "what", "and", "why", "file"]
    assert len(covers) == 2
    assert all(" ready " in line and "clip.cover-" in line for line in covers)
    assert sheet.endswith("clip.covers.jpg")


def test_in_chinese(assetkit, folder):
    ready(folder, BLACK, SOFT, CRISP)
    code, out, _ = assetkit(*COVER, "--count", "3", "--lang", "zh")
    assert code == 0
    assert out.split()[:6] == ["#", "\u65f6\u95f4", "\u5f97\u5206", "\u7ed3\u8bba", "\u8bf4\u660e", "\u6587\u4ef6"]
    assert " \u53ef\u4e0a\u4f20 " in out
    assert not re.search(r"ready|sharp|of 3|sheet:", out)


def test_json(assetkit, folder):
    ready(folder, CRISP)
    code, out, err = assetkit(*COVER, "--json")
    assert (code, err) == (0, "")
    assert [c["output"]["path"] for c in json.loads(out)["covers"]] == ["clip.cover-1-at-0m00.0s.jpg"]


def test_no_cover(assetkit, folder):
    ready(folder, BLACK)
    code, out, _ = assetkit(*COVER)
    assert (code, out) == (1, "no cover: every frame that was looked at is black or blank\n")


def test_a_photo_is_no_video(assetkit, folder):
    code, _, err = assetkit("cover", "in/fine.jpg", "--preset", "small.toml", "--output", "out")
    assert code == 1
    assert err == "assetkit: fine.jpg is a still, not a video\n"


def test_frames_by_their_time(assetkit, folder):
    ready(folder, SOFT, CRISP)
    code, out, _ = assetkit(*COVER, "--at", "0:02.5", "--at", "1", "--at", "2.49", "--json")  # one frame twice
    found = json.loads(out)
    assert code == 0
    assert [(c["time_seconds"], c["chosen_by"]) for c in found["covers"]] == [(2.5, "request"), (1.0, "request")]
    assert found["covers"][0]["actions"][0].startswith("at 0:02.5 as asked for, score ")
    assert found["covers"][0]["score_parts"]["sharpness"] > found["covers"][1]["score_parts"]["sharpness"]
    assert sorted(p.name for p in (folder / "out").iterdir()) == [
        "clip.cover-1-at-0m02.5s.jpg",
        "clip.cover-2-at-0m01.0s.jpg",
        "clip.covers.jpg",
    ]


@pytest.mark.parametrize(
    ("time", "code", "said"),
    [
        ("00:00:12:10", 2, "'00:00:12:10' is not a time: write seconds (12.4) or [hours:]minutes:seconds (0:12.4)"),
        ("4", 1, "the time, 0:04.000, lies beyond the clip, which ends at 0:04.000"),
    ],
)
def test_what_is_no_time_of_the_clip(assetkit, folder, time, code, said):
    ready(folder, SOFT)
    found = assetkit(*COVER, "--at", time)
    assert found[0] == code
    assert said in found[2]
    assert not (folder / "out").exists() or not list((folder / "out").iterdir())


def test_fewer_than_asked_for_is_said(assetkit, folder):
    ready(folder, SOFT)
    code, out, _ = assetkit(*COVER, "--count", "3")
    assert code == 0
    assert "1 of 3: no more pictures were found that differ, are fit to be seen and keep the limits." in out


@pytest.mark.parametrize("name", ["面膜 新品.mp4", "[bold]clip.mp4"])
def test_any_name_will_do(assetkit, folder, name):
    ready(folder, CRISP)
    (folder / "clip.mp4").rename(folder / name)
    code, out, _ = assetkit("cover", name, *COVER[2:])
    assert code == 0
    stem = name.removesuffix(".mp4")
    assert sorted(p.name for p in (folder / "out").iterdir()) == [
        f"{stem}.cover-1-at-0m00.0s.jpg",
        f"{stem}.covers.jpg",
    ]
    assert f"{stem}.covers.jpg" in out
