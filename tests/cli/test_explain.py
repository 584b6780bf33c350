import ast
from pathlib import Path

import pytest

import assetkit as package
from assetkit import preset_file
from assetkit.checks import CHECKS
from assetkit.checks.codes import OTHER_CODES
from assetkit.checks.sets import SET_CHECKS
from assetkit.checks.words import WORD_CHECKS

CODES = [*(check.code for check in (*CHECKS, *SET_CHECKS, *WORD_CHECKS)), *OTHER_CODES]


def codes_in_the_code():
    """Every literal that is given to a Finding or an AssetError as its code."""
    found = set()
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "code")]
                if node.func.id in {"Finding", "AssetError"}:
                    found |= {each.value for each in given if isinstance(each, ast.Constant)}
    return found


def test_every_code_that_is_given_is_explained():
    assert len(codes_in_the_code()) > 15
    assert sorted(codes_in_the_code() - set(CODES)) == []


def test_alone_it_lists_every_code(assetkit):
    code, out, _ = assetkit("explain")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_code_in_both_languages(assetkit, code):
    assert assetkit("explain", code)[1].startswith(f"{code}: ")
    chinese = assetkit("explain", code, "--lang", "zh")[1].splitlines()
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese[0])


def test_the_limits_are_those_of_the_presets(assetkit):
    _, out, _ = assetkit("explain", "duration-max")
    for name in preset_file.shipped():
        limit = preset_file.load(name).video.limits.duration_max
        rows = [line for line in out.splitlines() if line.startswith(f"{name} ")]
        assert len(rows) == len(limit.levels() if limit else []), name
        for row, (severity, level) in zip(rows, limit.levels() if limit else [], strict=True):
            assert severity.value in row
            assert f"{level.value}" in row.replace(",", "") or f"{level.value:g}" in row.replace(",", "")


def test_a_slip_of_the_finger(assetkit):
    code, out, err = assetkit("explain", "text-coverge-max")
    assert (code, out) == (2, "")
    assert "did you mean text-coverage-max?" in err
