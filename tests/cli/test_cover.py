import json

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
