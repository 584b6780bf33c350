import hashlib
import json
import os
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import assetkit
from assetkit import api, batch, recording
from assetkit.errors import SetupError, UserInputError
from assetkit.judgement import Judgement, Severity, Status
from assetkit.manifest.contract import Manifest
from assetkit.model import Outcome
from tests import hostile
from tests.factories import gradient, limit, noise, portrait, preset, quarters
from tests.manifest.records import breach
from tests.test_discover import WEIRD

WANTED = preset(image=portrait((60, 80)))


def hashes(folder):
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def written(folder):
    """The manifest that was written, which must keep its schema."""
    data = json.loads((folder / "manifest.json").read_text("utf-8"))
    Draft202012Validator(Manifest.model_json_schema(mode="serialization")).validate(data)
    return data


@pytest.fixture
def photos(tmp_path):
    """A folder of every verdict but review, and of names that collide."""
    folder = tmp_path / "photos"
    (folder / "sub").mkdir(parents=True)
    gradient(60, 80).save(folder / "fine.jpg")
    quarters(600, 800).save(folder / "twin.png")
    quarters(300, 400).save(folder / "twin.jpg")
    quarters(300, 400).save(folder / "sub/twin.webp", quality=90)
    noise(60, 80, mode="RGB").save(folder / "sub/heavy.bmp")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("no picture")
    (folder / "list.mp4").write_text("#EXTM3U\n#EXTINF:1,\nfine.jpg\n")
    (folder / "cut.jpg").write_bytes((folder / "fine.jpg").read_bytes()[:700])
    (folder / "x.jpg").mkdir()
    (folder / ".hidden.jpg").write_bytes(b"x")
    return folder


def without_seconds(manifest):
    return manifest | {"assets": [asset | {"seconds": 0} for asset in manifest["assets"]]}


def test_a_folder_from_end_to_end(photos, tmp_path):
    before, out = hashes(photos), tmp_path / "out"
    made = api.process(photos, preset=WANTED, output=out, jobs=2)
    assert len(made) == 10
    verdicts = {o.source.relative: o.status.value for o in made}
    assert hashes(photos) == before
    assert verdicts == {
        "fine.jpg": "ready", "twin.jpg": "ready", "twin.png": "ready", "sub/twin.webp": "ready",
        "sub/heavy.bmp": "ready",
        "cut.jpg": "rejected", "empty.jpg": "rejected", "text.jpg": "rejected", "list.mp4": "rejected",
        "x.jpg": "rejected",
    }  # fmt: skip
    assert files(out) == sorted([
        "assets.csv", "findings.csv", "manifest.json", "report.html",
        "ready/fine.jpg", "ready/twin-jpg.jpg", "ready/twin-png.jpg", "ready/sub/twin.jpg", "ready/sub/heavy.jpg",
        *(f"rejected/{name}.jpg.reasons.txt" for name in ("cut", "empty", "text", "x")),
        "rejected/list.mp4.reasons.txt",
    ])  # fmt: skip
    record = written(out)
    assert record["summary"] == {"ready": 5, "review": 0, "rejected": 5, "interrupted": False}
    assert {a["source"]["path"]: a["status"] for a in record["assets"]} == verdicts
    assert [s["path"] for s in record["skipped"]] == [".hidden.jpg"]
    for asset in record["assets"]:
        for output in asset["outputs"]:
            data = (out / output["path"]).read_bytes()
            assert (output["sha256"], output["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
        assert (asset["outputs"] == []) is (asset["status"] == "rejected")
        assert asset["status"] != "rejected" or all(f["message"] and f["fix"] for f in asset["findings"])

    # once more, elsewhere and in the same place
    list(api.process(photos, preset=WANTED, output=tmp_path / "again", jobs=1, cache=False))
    assert without_seconds(written(tmp_path / "again")) == without_seconds(record)
    with pytest.raises(UserInputError, match="--overwrite"):
        api.process(photos, preset=WANTED, output=out, cache=False)
    (photos / "twin.png").unlink()
    with pytest.raises(UserInputError, match=r"replace or remove \('twin.jpg', 'twin.png'\).*--overwrite"):
        api.process(photos, preset=WANTED, output=out)
    list(api.process(photos, preset=WANTED, output=out, overwrite=True, jobs=2))
    assert [n for n in files(out) if "twin" in n] == ["ready/sub/twin.jpg", "ready/twin.jpg"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forbids such names")
def test_weird_names_all_survive(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    names = [os.fsencode(n) for n in WEIRD] + ([b"caf\xe9.jpg", b"\xff.jpg"] if sys.platform == "linux" else [])
    gradient(60, 80).save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    for n, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(data if n % 2 else b"")
    outcomes = list(api.process(folder, preset=WANTED, output=tmp_path / "out", jobs=2))
    assert len(outcomes) == len(names)
    ready = [o for o in outcomes if o.status is Status.READY]
    assert len(ready) == len(names) // 2
    record = written(tmp_path / "out")
    paths = [output["path"] for asset in record["assets"] for output in asset["outputs"]]
    assert len(set(paths)) == len(ready)
    assert all((tmp_path / "out" / path).read_bytes() == data for path in paths)
    reasons = list((tmp_path / "out/rejected").rglob("*.reasons.txt"))
    assert len(reasons) == len(names) - len(ready)
    assert (tmp_path / "out/assets.csv").read_bytes().count(b"\r\n") == len(names) + 1


def test_inspecting_writes_nothing_unless_asked(photos, tmp_path):
    before = hashes(tmp_path)
    made = api.inspect(photos, preset=WANTED, jobs=2)
    assert {o.source.relative: o.outputs for o in made}["twin.png"] == ()
    assert hashes(tmp_path) == before
    assert made.manifest().summary.ready == 5
    list(api.inspect(photos / "empty.jpg", preset=WANTED, output=tmp_path / "out", jobs=1))
    assert files(tmp_path / "out") == [
        "assets.csv",
        "findings.csv",
        "manifest.json",
        "rejected/empty.jpg.reasons.txt",
        "report.html",
    ]


def test_review_goes_to_review(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.has_a_broken_text_engine)
    gradient(60, 80).save(tmp_path / "a.jpg")
    wanted = preset(image=portrait((60, 80), extra={"text_coverage_max": limit(0.2)}))
    (outcome,) = api.process(tmp_path / "a.jpg", preset=wanted, output=tmp_path / "out", jobs=1)
    assert outcome.status is Status.REVIEW
    assert files(tmp_path / "out") == ["assets.csv", "findings.csv", "manifest.json", "report.html", "review/a.jpg"]
    assert written(tmp_path / "out")["summary"]["review"] == 1


def test_a_wrong_request_touches_nothing(photos, tmp_path):
    before = hashes(tmp_path)
    for wrong in (
        {"preset": "xhs-adn"},
        {"preset": WANTED, "inputs": tmp_path / "none"},
        {"preset": WANTED, "engine": "padle"},
        {"preset": WANTED, "output": photos / "out"},
    ):
        with pytest.raises(UserInputError):
            api.process(**({"inputs": photos, "output": tmp_path / "out"} | wrong))
    assert hashes(tmp_path) == before
    assert not (tmp_path / "out").exists()
    assert not (photos / "out").exists()


@pytest.mark.parametrize("nonsense", [{"jobs": 0}, {"jobs": -2}, {"deadline_seconds": 0}, {"deadline_seconds": -1.5}])
def test_numbers_that_make_no_sense_are_refused(photos, tmp_path, nonsense):
    for ask in (api.process, api.inspect):
        with pytest.raises(UserInputError, match=r"jobs|deadline"):
            ask(photos, preset=WANTED, output=tmp_path / "out", **nonsense)
    with pytest.raises(UserInputError, match=r"jobs|deadline"):
        api.coverage(photos, **nonsense)
    assert not (tmp_path / "out").exists()


def test_an_empty_name_is_no_folder(photos, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    for ask in (
        lambda: api.process(photos, preset=WANTED, output=""),
        lambda: api.inspect(photos, preset=WANTED, overlay=" "),
        lambda: api.coverage(photos, overlay=""),
    ):
        with pytest.raises(UserInputError, match="empty"):
            ask()
    assert sorted(tmp_path.iterdir()) == before


def test_an_output_folder_that_cannot_be_made_is_the_machine_s_fault(photos, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SetupError, match="cannot write to"):
        list(api.process(photos, preset=WANTED, output=tmp_path / "file/out", jobs=1))


def test_an_interrupted_run_records_what_finished(photos, tmp_path, monkeypatch):
    def interrupted(sources, *args, **kwargs):
        finding = breach("unreadable", message="damaged")
        yield Outcome(sources[0], Status.REJECTED, judgement=Judgement((finding,)))
        raise KeyboardInterrupt

    monkeypatch.setattr(recording, "run_batch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(api.process(photos, preset=WANTED, output=tmp_path / "out"))
    record = written(tmp_path / "out")
    assert record["summary"] == {"ready": 0, "review": 0, "rejected": 1, "interrupted": True}
    assert [a["source"]["path"] for a in record["assets"]] == ["cut.jpg"]
    assert (tmp_path / "out/rejected/cut.jpg.reasons.txt").exists()


def test_an_empty_folder_gives_an_empty_record(tmp_path):
    (tmp_path / "in").mkdir()
    made = api.process(tmp_path / "in", preset=WANTED, output=tmp_path / "out")
    assert list(made) == []
    assert written(tmp_path / "out")["assets"] == []
    assert files(tmp_path / "out") == ["assets.csv", "findings.csv", "manifest.json", "report.html"]


def test_several_inputs_and_every_way_to_name_them(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        gradient(60, 80).save(tmp_path / name / "a.jpg")
    made = api.inspect([str(tmp_path / "one"), tmp_path / "two/a.jpg"], preset=WANTED, jobs=1)
    assert [s.relative for s in made.found.sources] == ["one/a.jpg", "two/a.jpg"]
    assert len(api.inspect(str(tmp_path), preset=WANTED)) == 2


def test_no_input_at_all_is_a_wrong_request():
    with pytest.raises(UserInputError, match="no input"):
        api.inspect([], preset="xhs-ad")


def test_covers_of_what_is_no_video(tmp_path):
    gradient(60, 80).save(tmp_path / "a.jpg")
    with pytest.raises(assetkit.errors.AssetError, match="a still, not a video"):
        api.covers(tmp_path / "a.jpg", preset=WANTED, output=tmp_path / "out")
    assert not list((tmp_path / "out").glob("*"))


def test_the_public_names_load_when_asked_for():
    for name in assetkit.__all__:
        assert getattr(assetkit, name) is not None
    assert assetkit.process is api.process
    assert assetkit.Severity is Severity
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = assetkit.nonsense


def test_iterating_again_is_doing_it_again(tmp_path):
    gradient(60, 80).save(tmp_path / "a.jpg")
    made = api.inspect(tmp_path / "a.jpg", preset=WANTED, jobs=1)
    for _ in range(2):
        assert [o.status for o in made] == [Status.READY]
        assert made.manifest().summary.model_dump() == {
            "ready": 1, "review": 0, "rejected": 0, "interrupted": False,
        }  # fmt: skip


def test_a_disk_that_is_full_at_the_record_is_the_machine_s_fault(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    gradient(60, 80).save(tmp_path / "a.jpg")
    monkeypatch.setattr(recording, "write_manifest", full)
    with pytest.raises(SetupError, match="No space left on device"):
        list(api.inspect(tmp_path / "a.jpg", preset=WANTED, output=tmp_path / "out", jobs=1))


@pytest.fixture
def fake_text(monkeypatch):
    monkeypatch.setattr(batch, "work_coverage", hostile.finds_text)


def test_coverage_of_a_folder(photos, tmp_path, fake_text):
    (photos / "sub/twin.webp.assetkit.json").write_text(json.dumps({"exempt": [[0, 0, 150, 100]]}))
    before = hashes(photos)
    entries = list(assetkit.coverage(photos, overlay=tmp_path / "out", jobs=2))
    assert hashes(photos) == before
    assert [e.path for e in entries] == sorted(e.path for e in entries)
    shares = {e.path: e.coverage for e in entries}
    unmeasured = dict.fromkeys(("cut.jpg", "empty.jpg", "list.mp4", "text.jpg", "x.jpg"))
    assert shares == unmeasured | {
        "fine.jpg": 0.25, "sub/heavy.bmp": 0.25, "sub/twin.webp": 0.125, "twin.jpg": 0.25, "twin.png": 0.25,
    }  # fmt: skip
    assert {e.path for e in entries if e.error} == set(unmeasured)
    assert files(tmp_path / "out") == sorted(
        f"{stem}.text.jpg" for stem in ("fine", "sub/heavy", "sub/twin", "twin-jpg", "twin-png")
    )
    again = list(assetkit.coverage(photos, overlay=tmp_path / "out", jobs=1))
    assert [e.model_dump(exclude={"seconds"}) for e in again] == [e.model_dump(exclude={"seconds"}) for e in entries]


def test_a_wrong_request_for_coverage_touches_nothing(photos, tmp_path):
    before = hashes(tmp_path)
    for wrong in ({"engine": "padle"}, {"overlay": photos / "out"}, {"inputs": tmp_path / "none"}, {"inputs": []}):
        with pytest.raises(UserInputError):  # before the first picture is asked for
            assetkit.coverage(**({"inputs": photos} | wrong))
    assert hashes(tmp_path) == before


def test_coverage_of_nothing(tmp_path):
    assert list(assetkit.coverage(tmp_path)) == []
