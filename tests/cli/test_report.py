import click


def test_the_report_is_written_again_and_opened(assetkit, folder, monkeypatch):
    code, out, _ = assetkit("process", "in", "--preset", "small.toml", "--output", "out", "--jobs", "1", "--no-report")
    assert code == 0
    assert "Report" not in out
    assert not (folder / "out/report.html").exists()
    opened = []
    monkeypatch.setattr(click, "launch", lambda address: opened.append(address) or 0)
    code, out, err = assetkit("report", "out/manifest.json", "--open")
    assert (code, err) == (0, "")
    assert out.replace("\\", "/") == "Report: out/report.html\n"
    assert opened == [(folder / "out/report.html").resolve().as_uri()]


def test_a_machine_without_a_browser_says_so(assetkit, folder, monkeypatch):
    assetkit("process", "in", "--preset", "small.toml", "--output", "out", "--jobs", "1")
    monkeypatch.setattr(click, "launch", lambda _: 1)
    code, out, err = assetkit("report", "out", "--open")
    assert (code, "Report: out" in out) == (0, True)
    assert "no browser opened" in err


def test_what_is_no_manifest(assetkit, folder):
    code, out, err = assetkit("report", "in/fine.jpg")
    assert (code, out) == (2, "")
    assert "is not a manifest" in err


def test_process_names_the_report(assetkit, folder):
    _, out, _ = assetkit("process", "in", "--preset", "small.toml", "--output", "out", "--jobs", "1")
    assert "Report: out/report.html" in out.replace("\\", "/")
