import json
import logging

import pytest

from assetkit import recording
from assetkit.errors import SetupError
from assetkit.judgement import Judgement, Status
from assetkit.model import Outcome
from tests.factories import quarters
from tests.manifest.records import breach

PROCESS = ("process", "in", "--preset", "small.toml", "--output", "out")


def test_all_ready(assetkit, folder):
    code, out, err = assetkit(*PROCESS, "--jobs", "1")
    assert (code, err) == (0, "")
    assert "fine.jpg" in out
    assert "already compliant" in out or "copied byte for byte" in out
    assert "1 ready, 0 review, 0 rejected." in out
    assert "out/manifest.json" in out.replace("\\", "/")
    assert "Reasons" not in out  # nothing was rejected: there is no such folder
    assert (folder / "out/ready/fine.jpg").exists()


def test_some_rejected(assetkit, folder):
    (folder / "in/empty.jpg").write_bytes(b"")
    (folder / "in/.hidden").write_bytes(b"")
    code, out, _ = assetkit(*PROCESS, "--jobs", "1")
    assert code == 1
    assert "1 ready, 0 review, 1 rejected. 1 skipped: .hidden, hidden." in out
    assert "the file is empty (0 bytes): copy it again" in out
    assert (folder / "out/rejected/empty.jpg.reasons.txt").exists()


def test_each_folder_that_holds_something_is_named(assetkit, folder, monkeypatch):
    def run(sources, *_args, **_kwargs):
        yield Outcome(sources[0], Status.REVIEW)

    monkeypatch.setattr(recording, "run_batch", run)
    _, out, _ = assetkit(*PROCESS)
    assert "To look at first: out/review" in out.replace("\\", "/")
    assert "Ready files" not in out


def test_json_prints_only_json(assetkit, folder):
    (folder / "in/empty.jpg").write_bytes(b"")
    quarters(600, 800).save(folder / "in/\u65b0\u54c1.png")
    code, out, err = assetkit(*PROCESS, "--jobs", "2", "--json")
    record = json.loads(out)
    assert (code, err) == (1, "")
    assert record == json.loads((folder / "out/manifest.json").read_text("utf-8"))
    assert record["summary"] == {"ready": 2, "review": 0, "rejected": 1, "interrupted": False}


def test_markup_in_a_name_is_no_markup(assetkit, folder):
    (folder / "in/fine.jpg").rename(folder / "in/[red]a[bold].jpg")
    _, out, _ = assetkit(*PROCESS, "--jobs", "1")
    assert "[red]a[bold].jpg" in out


def test_nothing_to_do_says_so(assetkit, folder):
    (folder / "in/fine.jpg").rename(folder / "in/.fine.jpg")
    code, out, _ = assetkit(*PROCESS)
    assert code == 0
    assert "Nothing to do: no files found in the input. 1 skipped" in out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("process", "none", "--preset", "small.toml", "--output", "out"), "none"),
        (("process", "--preset", "small.toml", "--output", "out"), "INPUT"),
        (("process", "in", "--output", "out"), "--preset"),
        (("process", "in", "--preset", "small.toml"), "--output"),
        (("process", "in", "--preset", "xhs-adn", "--output", "out"), "did you mean xhs-ad?"),
        (("process", "in", "--preset", "gone.toml", "--output", "out"), "gone.toml"),
        (("process", "in", "--preset", "small.toml", "--output", "in/out"), "lies inside the input"),
        (("process", "in", "--preset", "small.toml", "--output", "small.toml"), "is a file"),
        ((*PROCESS, "--jobs", "0"), "--jobs"),
        ((*PROCESS, "--deadline", "0"), "--deadline"),
        ((*PROCESS, "--text-engine", "tesseract"), "--text-engine"),
        ((*PROCESS, "--overwite"), "--overwrite"),
        (("proces", "in"), "did you mean 'process'?"),
        (("presets", "lst"), "did you mean 'list'?"),
        (
            ("frobnicate",),
            "commands: process, watch, inspect, coverage, claims, cover, report, presets,",
        ),
    ],
)
def test_a_wrong_request(assetkit, folder, args, says):
    code, out, err = assetkit(*args)
    assert (code, out) == (2, "")
    assert says in err
    assert not (folder / "out").exists()


def test_earlier_results_need_overwrite(assetkit, folder):
    assert assetkit(*PROCESS, "--jobs", "1")[0] == 0
    code, out, _ = assetkit(*PROCESS, "--jobs", "1")
    assert code == 0
    assert "As an earlier run left them: 1." in out
    code, _, err = assetkit(*PROCESS, "--jobs", "1", "--no-cache")
    assert code == 2
    assert "pass --overwrite" in err
    code, out, _ = assetkit(*PROCESS, "--jobs", "1", "--overwrite", "--no-cache")
    assert code == 0
    assert "As an earlier run" not in out


def test_a_machine_that_is_wrong(assetkit, folder):
    (folder / "file").write_text("x")
    code, _, err = assetkit("process", "in", "--preset", "small.toml", "--output", "file/out", "--jobs", "1")
    assert code == 3
    assert err.startswith("assetkit: cannot write to file")


def batches(monkeypatch, *steps):
    """Put in the place of the workers what yields outcomes and raises errors as told."""

    def run(sources, *args, **kwargs):
        for step in steps:
            if isinstance(step, BaseException):
                raise step
            yield Outcome(sources[0], Status.REJECTED, judgement=Judgement((breach(step),)), traceback="Traceback: x")

    monkeypatch.setattr(recording, "run_batch", run)


def test_a_bug_in_one_asset(assetkit, folder, monkeypatch):
    batches(monkeypatch, "internal-error")
    code, out, err = assetkit(*PROCESS)
    assert code == 4
    assert "0 ready, 0 review, 1 rejected." in out
    assert "Traceback: x" in err


def test_a_bug_of_our_own(assetkit, folder, monkeypatch):
    batches(monkeypatch, ZeroDivisionError("oops"))
    code, _, err = assetkit(*PROCESS)
    assert code == 4
    assert "ZeroDivisionError: oops" in err
    assert err.replace("\\", "/").endswith("assetkit: this is a bug; please report it with the lines above\n")


def test_setup_errors_from_a_worker(assetkit, folder, monkeypatch):
    batches(monkeypatch, SetupError("no encoder"))
    code, _, err = assetkit(*PROCESS)
    assert (code, err) == (3, "assetkit: no encoder\n")


def test_interrupted(assetkit, folder, monkeypatch):
    (folder / "in/other.jpg").write_bytes(b"x")
    batches(monkeypatch, "unreadable", KeyboardInterrupt())
    code, _, err = assetkit(*PROCESS)
    assert code == 130
    assert err.endswith("\ninterrupted: 1 of 2 assets are done and listed in out/manifest.json\n")
    summary = json.loads((folder / "out/manifest.json").read_text())["summary"]
    assert summary == {"ready": 0, "review": 0, "rejected": 1, "interrupted": True}


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [("", "", None), ("-v", "", None), ("-vv", "", None), ("", "-v", logging.INFO), ("", "-vv", logging.DEBUG)],
)
def test_verbosity_stays_off_standard_output(assetkit, folder, before, after, level):
    was = logging.getLogger().level
    try:
        code, out, _ = assetkit(*filter(None, [before]), *PROCESS, "--jobs", "1", "--json", *filter(None, [after]))
        assert level in (None, logging.getLogger().level)
    finally:
        logging.getLogger().setLevel(was)
    assert code == 0
    assert json.loads(out)["summary"]["ready"] == 1
