"""Both languages are complete: every template the code says has its Chinese, and no Chinese is left over."""

import ast
import copy
import pickle
import re
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from assetkit import wording
from assetkit.errors import AssetError
from assetkit.media import metadata, reading_metadata
from assetkit.model import PadStyle, Proposer
from assetkit.preset import KeptKind, PrivateKind
from assetkit.wording import both, catalogue, commas, either, in_language, placeholders, say, semicolons, term

PACKAGE = Path(wording.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TERMS = {
    *(proposer.value for proposer in Proposer),
    *(pad.value for pad in PadStyle),
    *get_args(PrivateKind),
    *get_args(KeptKind),
    *metadata.KEPT.values(),
    metadata._OVERLONG,
    metadata._CAPTURED,
    *(kind for _, kind in reading_metadata._NAMED),
    *reading_metadata._BASE_KINDS.values(),
    *reading_metadata._EXIF_KINDS.values(),
    *re.findall(r'\.note\("([^"]+)"\)', Path(reading_metadata.__file__).read_text("utf-8")),
}


def calls():
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


def templates():
    return {node.args[0].value for _, node in calls()}


def test_every_template_is_a_literal_with_its_values():
    for where, node in calls():
        assert isinstance(node.args[0], ast.Constant), where
        assert placeholders(node.args[0].value) == {keyword.arg for keyword in node.keywords}, where


def test_every_template_has_its_chinese():
    assert sorted(templates() - set(catalogue("zh"))) == []


def test_no_chinese_is_left_over():
    import tomllib

    tables = tomllib.loads((PACKAGE / "messages" / "zh.toml").read_text("utf-8"))
    terms = tables.pop("terms")
    assert sorted({english for table in tables.values() for english in table} - templates()) == []
    assert terms.keys() >= TERMS


@pytest.mark.parametrize(("english", "chinese"), sorted(catalogue("zh").items()))
def test_chinese_takes_the_same_values(english, chinese):
    assert placeholders(chinese) == placeholders(english)


def test_a_sentence_is_told_in_both_languages_with_what_is_inside_it():
    told = say("no usable cover: {reason}", reason=semicolons([say("no face"), say("the time")]))
    assert told == "no usable cover: no face; the time"
    assert in_language(told, "en") == told
    assert type(in_language(told, "en")) is str
    assert in_language(told, "zh") == "没有可用的封面：无人脸；指定时间"


def test_lists():
    assert [either([]), either(["a"]), either(["a", "b", "c"])] == ["", "a", "a, b or c"]
    assert in_language(either(["a", "b", "c"]), "zh") == "a、b或c"
    assert in_language(both(["a", "b"]), "zh") == "a和b"
    assert (commas(["a", "b"]), semicolons(["a", "b"])) == ("a, b", "a; b")


def test_what_is_not_said_stays_as_it_is():
    assert in_language("face", "zh") == "face"  # a file may be called that
    assert in_language(term("face"), "zh") == "人脸"
    assert in_language(term("a {odd} kind"), "zh") == "a {odd} kind"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])  # noqa: S301
def test_a_sentence_survives_the_way_out_of_a_worker(again):
    error = again(
        AssetError("unreadable", "probe", say("cannot be read: {why}", why="I/O error"), say("copy it again"))
    )
    assert str(error) == "cannot be read: I/O error"
    assert in_language(error.detail, "zh") == "无法读取：I/O error"
    assert in_language(error.fix, "zh") == "请重新拷贝"


def test_seconds_are_numbers_also_as_fractions():
    assert say("took longer than {deadline_seconds:g} s and was stopped", deadline_seconds=Fraction(5, 2)) == (
        "took longer than 2.5 s and was stopped"
    )
