import json

import pytest

from assetkit.cli.language import language

PROCESS = ("process", "in", "--preset", "small.toml", "--output", "out", "--jobs", "1")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN", "LC_MESSAGES": ""}, "zh"),
        ({"LC_ALL": "zh_CN", "ASSETKIT_LANG": "en"}, "en"),
    ],
)
def test_the_locale_decides(environment, expected):
    assert language(environment) == expected


def test_chinese_on_request(assetkit, folder):
    (folder / "in/empty.jpg").write_bytes(b"")
    code, out, _ = assetkit(*PROCESS, "--lang", "zh")
    assert code == 1
    assert "文件为空（0 字节）。请重新拷贝" in out
    assert "可上传 1 个，待人工确认 0 个，不合格 1 个。" in out
    manifest = json.loads((folder / "out/manifest.json").read_text("utf-8"))
    (finding,) = manifest["assets"][0]["findings"]
    assert (finding["message"], finding["message_zh"]) == ("the file is empty (0 bytes)", "文件为空（0 字节）")
    assert assetkit("explain", "borders")[1].startswith("borders: bars")  # nothing is left of the request


def test_a_line_of_json_per_asset(assetkit, folder):
    (folder / "in/empty.jpg").write_bytes(b"")
    code, out, err = assetkit(*PROCESS, "--jsonl")
    *assets, last = map(json.loads, out.splitlines())
    record = json.loads((folder / "out/manifest.json").read_text("utf-8"))
    assert (code, err) == (1, "")
    assert assets == record.pop("assets")
    assert last == record


def test_quiet_says_nothing_but_errors(assetkit, folder):
    (folder / "in/empty.jpg").write_bytes(b"")
    assert assetkit(*PROCESS, "--quiet") == (1, "", "")
    code, out, err = assetkit(*PROCESS, "-q", "--no-cache")
    assert (code, out) == (2, "")
    assert "--overwrite" in err


def test_only_one_form_at_a_time(assetkit, folder):
    code, _, err = assetkit(*PROCESS, "--json", "--quiet")
    assert code == 2
    assert "exclude each other" in err
    assert not (folder / "out").exists()
