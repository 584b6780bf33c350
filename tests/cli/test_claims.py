import io
import json
import sys
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

from assetkit.manifest.claims import ClaimsReport

TEXT = "全网第一的国家级面霜\n治疗湿疹，加VX：abc\n第一次用\n"


@pytest.fixture
def typed(monkeypatch):
    def put(text):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    return put


def test_a_text_is_told_in_english(assetkit, typed):
    typed(TEXT)
    code, out, err = assetkit("claims", "-")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == "may not be published"
    assert lines[1] == "reject: 国家级 (in: 全网第一的国家级面霜)"
    assert lines[2].startswith("  Advertising Law, art. 9(3)")
    assert "review: 治疗湿疹 (in: 治疗湿疹，加VX：abc)" in lines
    assert lines[-1] == "a pre-check, not legal advice"
    assert lines[-2].startswith("not checked: whether what is said is true")


def test_and_in_chinese(assetkit, typed):
    typed(TEXT)
    code, out, _ = assetkit("claims", "-", "--lang", "zh", "--category", "cosmetics")
    assert code == 1
    assert "拒绝：治疗湿疹（原文：治疗湿疹，加VX：abc）" in out
    assert "《广告法》第十七条" in out
    assert out.splitlines()[-1] == "此为发布前预检，不构成法律意见"


def test_json_is_the_contract(assetkit, folder):
    (folder / "caption.txt").write_text("每日一粒，最佳选择", "utf-8")
    code, out, err = assetkit("claims", "caption.txt", "--json", "--category", "health-food")
    assert (code, err) == (1, "")
    data = json.loads(out)
    Draft202012Validator(ClaimsReport.model_json_schema(mode="serialization")).validate(data)
    assert (data["schema"], data["source"], data["verdict"]) == ("assetkit.claims/1", "caption.txt", "reject")
    (claim,) = data["claims"]
    assert (claim["matched"], claim["category"], claim["is_exact"], claim["boxes"]) == ("最佳", "superlative", True, [])
    assert [each["id"] for each in data["missing"]] == ["not-a-drug"]
    assert data["note"] == "a pre-check, not legal advice"


def test_a_missing_statement_is_for_a_person(assetkit, typed):
    typed("每日一粒")
    code, out, _ = assetkit("claims", "-", "--category", "health-food")
    assert code == 1
    assert out.startswith("for a person to judge\nnot found, and required: This product cannot replace medicine")


def test_nothing_found(assetkit, typed):
    typed("第一次用，最近很喜欢\n")
    code, out, _ = assetkit("claims", "-")
    assert code == 0
    assert out.startswith("nothing found\nnot checked: ")


def test_a_picture(assetkit, folder):
    code, out, err = assetkit("claims", "in/fine.jpg")
    assert (code, err) == (0, "")
    assert out.startswith("nothing found")


def test_what_is_wrong(assetkit, folder):
    assert assetkit("claims", "nowhere.txt")[0] == 1
    assert "cannot be read" in assetkit("claims", "nowhere.txt")[2]
    assert assetkit("claims", "-", "--category", "cars")[0] == 2
