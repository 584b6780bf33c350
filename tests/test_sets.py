"""A set from end to end: published whole or not at all, through kills, and not done twice."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from assetkit import api, recording
from assetkit.judgement import Status
from tests.factories import gradient, limit, noise, portrait, preset, quarters
from tests.test_api import files, written

RULES = {
    "no_gaps": limit(True),
    "no_doubles": limit(True),
    "slides_max": limit(4, unit="slides"),
    "slides_apart_min": limit(24, "recommended", "bits of 256"),
}
WANTED = preset(image=portrait((60, 80)), sets={"limits": RULES})


def carousel(folder, count=3, named="glow_{n}"):
    """Slides that differ from each other, each in a format of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(1, count + 1):
        picture = (gradient, quarters, lambda w, h: noise(w, h, mode="L"))[n % 3](60, 80)
        picture.save(folder / f"{named.format(n=n)}.{'jpg' if n % 2 else 'png'}")
    return folder


@pytest.fixture
def done(monkeypatch):
    """The sources that were really worked on, in the last run."""
    worked, real = [], recording.run_batch

    def counted(sources, *args, **kwargs):
        worked.extend(source.relative for source in sources)
        return real(sources, *args, **kwargs)

    monkeypatch.setattr(recording, "run_batch", counted)
    return worked


@pytest.fixture
def process(tmp_path, done):
    def run(output="out", wanted=WANTED, sets="name", **more):
        done.clear()
        return list(api.process(tmp_path / "in", preset=wanted, output=tmp_path / output, jobs=2, sets=sets, **more))

    return run


def delivered(folder):
    return sorted(name for name in files(folder) if name.startswith(("ready/", "review/")))


def test_a_set_is_published_in_order_and_not_done_twice(tmp_path, process, done):
    carousel(tmp_path / "in")
    gradient(60, 80).save(tmp_path / "in/alone.jpg")
    first = process()
    assert [o.source.relative for o in first] == ["alone.jpg", "glow_1.jpg", "glow_2.png", "glow_3.jpg"]
    assert delivered(tmp_path / "out") == [
        "ready/alone.jpg",
        "ready/glow_01.jpg",
        "ready/glow_02.png",
        "ready/glow_03.jpg",
    ]
    record = written(tmp_path / "out")
    (entry,) = record["sets"]
    assert (entry["id"], entry["status"], entry["worst"], entry["is_published"]) == ("glow", "ready", None, True)
    assert [slide["output"] for slide in entry["slides"]] == delivered(tmp_path / "out")[1:]
    assert entry["not_checked"] == []
    assert all(len(a["measurements"]["likeness"]) == 64 for a in record["assets"][1:])
    assert record["assets"][0]["measurements"]["likeness"] is None
    assert process() == first
    assert done == []
    assert written(tmp_path / "out") == record
    process("elsewhere")  # the slides are brought from where they are
    assert done == []
    assert delivered(tmp_path / "elsewhere") == delivered(tmp_path / "out")


def test_a_bad_slide_holds_back_its_set_until_it_is_mended(tmp_path, process, done):
    bad = carousel(tmp_path / "in") / "glow_2.png"
    good = bad.read_bytes()
    bad.write_bytes(b"no picture")
    outcomes = process()
    assert [o.status for o in outcomes] == [Status.REJECTED] * 3
    assert delivered(tmp_path / "out") == []
    (entry,) = written(tmp_path / "out")["sets"]
    assert (entry["status"], entry["worst"]) == ("rejected", "glow_2.png")
    assert [slide["status"] for slide in entry["slides"]] == ["ready", "rejected", "ready"]
    said = (tmp_path / "out/rejected/glow_1.jpg.reasons.txt").read_text("utf-8")
    assert "held back with its set glow: slide 2, glow_2.png, is rejected (unsupported-format)" in said
    assert "随组图 glow 一起暂缓：第 2 张 glow_2.png 不合格（unsupported-format）" in said
    process()
    assert done == []
    bad.write_bytes(good)
    process()
    assert done == ["glow_1.jpg", "glow_2.png", "glow_3.jpg"]
    assert delivered(tmp_path / "out") == ["ready/glow_01.jpg", "ready/glow_02.png", "ready/glow_03.jpg"]
    assert not list((tmp_path / "out/rejected").iterdir())


def test_part_of_a_set_is_published_where_that_is_wanted(tmp_path, process, done):
    (carousel(tmp_path / "in") / "glow_2.png").write_bytes(b"no picture")
    process(partial_sets=True)
    assert delivered(tmp_path / "out") == ["ready/glow_01.jpg", "ready/glow_03.jpg"]
    (entry,) = written(tmp_path / "out")["sets"]
    assert (entry["status"], entry["is_published"]) == ("rejected", False)
    process(partial_sets=True)
    assert done == []


@pytest.mark.parametrize(
    ("named", "folder", "why"),
    [(("glow_1", "glow_2", "glow_4"), "review", "no-gaps"), (tuple("12345"), "", "slides-max")],
)
def test_what_is_wrong_with_a_set_weighs_on_every_slide(tmp_path, process, named, folder, why):
    (tmp_path / "in").mkdir()
    for n, name in enumerate(named):
        noise(60, 80, seed=n, mode="L").save(tmp_path / f"in/{name}.jpg")
    outcomes = process()
    assert {o.status.value for o in outcomes} == {folder or "rejected"}
    assert all(why in str(o.judgement.findings[0].message) for o in outcomes)
    assert len(delivered(tmp_path / "out")) == (len(named) if folder else 0)
    assert all(name.startswith(folder) for name in delivered(tmp_path / "out"))
    (entry,) = written(tmp_path / "out")["sets"]
    assert (entry["status"], entry["worst"]) == (folder or "rejected", None)


def test_the_first_slide_is_held_to_what_is_asked_of_covers(tmp_path, process):
    carousel(tmp_path / "in")
    strict = portrait((60, 80), extra={"file_size_max": limit(10)})
    outcomes = process(wanted=preset(image=portrait((60, 80)), cover=strict))
    assert [f.code for f in outcomes[0].judgement.findings] == ["file-size-max"]
    assert {f.code for o in outcomes[1:] for f in o.judgement.findings} == {"set-held-back"}


def test_inspecting_foretells_what_becomes_of_a_set(tmp_path):
    (carousel(tmp_path / "in") / "glow_3.jpg").write_bytes(b"no picture")
    batch = api.inspect(tmp_path / "in", preset=WANTED, sets="name")
    assert [o.status for o in batch] == [Status.REJECTED] * 3
    (entry,) = batch.manifest().sets
    assert (entry.status, entry.worst, entry.is_published) == ("rejected", "glow_3.jpg", False)


def test_another_order_is_another_set(tmp_path, process, done):
    carousel(tmp_path / "in", named="{n}")
    said = tmp_path / "in/set.toml"
    said.write_text('name = "glow"\norder = ["2.png", "1.jpg", "3.jpg"]')
    process(sets="off")
    assert [a["source"]["path"] for a in written(tmp_path / "out")["assets"]] == ["2.png", "1.jpg", "3.jpg"]
    assert delivered(tmp_path / "out") == ["ready/glow_01.png", "ready/glow_02.jpg", "ready/glow_03.jpg"]
    said.write_text('name = "glow"\norder = ["3.jpg", "2.png", "1.jpg"]')
    process(sets="off", overwrite=True)
    assert done == ["3.jpg", "2.png", "1.jpg"]
    assert delivered(tmp_path / "out") == ["ready/glow_01.jpg", "ready/glow_02.png", "ready/glow_03.jpg"]


def test_words_of_a_set_are_judged_with_it(tmp_path, process):
    carousel(tmp_path / "in")
    (tmp_path / "in/set.toml").write_text('title = "国家级面霜"\ntags = ["夏天"]', "utf-8")
    wanted = preset(image=portrait((60, 80)), words={"limits": {"words_claims": limit([], unit="product categories")}})
    process(wanted=wanted, sets="off")
    (entry,) = written(tmp_path / "out")["sets"]
    assert (entry["status"], entry["worst"], [f["code"] for f in entry["findings"]]) == (
        "rejected",
        None,
        ["words-claims"],
    )
    assert entry["words"] | {"products": []} == {
        "title": "国家级面霜",
        "title_length": 5,
        "caption": None,
        "tags": ["夏天"],
        "products": [],
    }
    assert delivered(tmp_path / "out") == []
    said = (tmp_path / "out/rejected/glow_1.jpg.reasons.txt").read_text("utf-8")
    assert "held back with its set in: the set breaks words-claims: the title says 国家级" in said
    assert "组图不符合 words-claims：标题含“国家级”" in said


def test_words_of_a_single_picture_are_judged_with_it(tmp_path, process):
    (tmp_path / "in").mkdir()
    for name, title in (("bad", "国家级面霜"), ("doubtful", "美白面霜"), ("good", "夏天的面霜")):
        gradient(60, 80).save(tmp_path / f"in/{name}.jpg")
        said = json.dumps({"title": title, "caption": "abc", "products": ["cosmetics"]})
        (tmp_path / f"in/{name}.jpg.assetkit.json").write_text(said, "utf-8")
    rules = {"words_claims": limit([], unit="product categories"), "caption_max": limit(2, "recommended", "characters")}
    outcomes = process(wanted=preset(image=portrait((60, 80)), words={"limits": rules}))
    assert [o.status.value for o in outcomes] == ["rejected", "review", "ready"]
    assert [f.code for f in outcomes[0].judgement.findings] == ["caption-max", "words-claims"]
    assert delivered(tmp_path / "out") == ["ready/good.jpg", "review/doubtful.jpg"]
    words = [asset["words"] for asset in written(tmp_path / "out")["assets"]]
    assert [each["title"] for each in words] == ["国家级面霜", "美白面霜", "夏天的面霜"]


def test_sets_for_several_presets_at_once(tmp_path):
    carousel(tmp_path / "in")
    strict = preset(image=portrait((60, 80), 10), sets={"limits": RULES}).model_copy(update={"id": "strict"})
    wanted = {"presets": [WANTED, strict], "output": tmp_path / "out", "sets": "name", "jobs": 2}
    rows = list(api.process_for(tmp_path / "in", **wanted))
    assert [[o.status.value for o in row] for row in rows] == [["ready", "rejected"]] * 3
    assert len(delivered(tmp_path / "out/test")) == 3
    assert delivered(tmp_path / "out/strict") == []
    assert list(api.process_for(tmp_path / "in", **wanted)) == rows


KILLED = """
    import os, sys
    from pathlib import Path
    from assetkit import api, publish
    from assetkit.record import Record
    from tests.test_sets import WANTED

    moments = {"move": (publish, "_move", 2), "add": (Record, "add", 2), "early": (Record, "add", 1)}
    owner, name, after = moments[sys.argv[1]]
    real, called = getattr(owner, name), []

    def killed(*args):
        called.append(args)
        if len(called) == after:
            os._exit(9)
        return real(*args)

    if __name__ == "__main__":
        setattr(owner, name, killed)
        here = Path(sys.argv[2])
        list(api.process(here / "in", preset=WANTED, output=here / "out", jobs=2, sets="name"))
"""


@pytest.mark.parametrize("moment", ["move", "add", "early"])
def test_a_set_whose_run_is_killed_is_whole_after_the_next(tmp_path, process, done, moment):
    carousel(tmp_path / "in", count=4)
    script = tmp_path / "killed.py"
    script.write_text(textwrap.dedent(KILLED))
    place = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    ended = subprocess.run([sys.executable, script, moment, tmp_path], env=place, timeout=120, check=False)
    assert ended.returncode == 9
    assert len(delivered(tmp_path / "out")) == (1 if moment == "move" else 4)
    process()
    names = [f"ready/glow_0{n}.{'jpg' if n % 2 else 'png'}" for n in range(1, 5)]
    assert delivered(tmp_path / "out") == names
    record = written(tmp_path / "out")
    assert [a["outputs"][0]["path"] for a in record["assets"]] == names
    assert record["sets"][0]["is_published"]
    assert [p.name for p in (tmp_path / "out").iterdir() if p.name.startswith(".")] == []
    process()
    assert done == []


def test_a_slide_that_is_not_to_be_had_costs_its_set(tmp_path, process, done):
    carousel(tmp_path / "in")
    process()
    shutil.rmtree(tmp_path / "out/ready")
    process()
    assert len(done) == 3
    (tmp_path / "out/ready/glow_02.png").unlink()
    with pytest.raises(Exception, match="--overwrite"):  # the others of the set would be replaced
        process()
    process(overwrite=True)
    assert len(done) == 3
    assert len(delivered(tmp_path / "out")) == 3


def test_the_record_can_be_read_as_json_lines(tmp_path, process):
    carousel(tmp_path / "in")
    batch = api.process(tmp_path / "in", preset=WANTED, output=tmp_path / "out", jobs=1, sets="name")
    told = [json.loads(batch.latest.model_dump_json())["source"]["path"] for _ in batch]
    assert told == ["glow_1.jpg", "glow_2.png", "glow_3.jpg"]
