import json

import pytest
from jsonschema import Draft202012Validator

from assetkit import preset_file


def test_list(assetkit):
    code, out, err = assetkit("presets", "list")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == preset_file.shipped()


@pytest.mark.parametrize("name", preset_file.shipped())
def test_show_names_every_limit_with_its_source(assetkit, name):
    code, out, _ = assetkit("presets", "show", name)
    assert code == 0
    wanted = preset_file.load(name)
    for section in ("image", "video", "cover"):
        text = out.split(f"[{section}]")[1].split("\n[", maxsplit=1)[0]
        limits = getattr(wanted, section).limits
        stated = [field for field in type(limits).model_fields if getattr(limits, field) is not None]
        assert len(text.strip().splitlines()) == sum(len(getattr(limits, field).levels()) for field in stated)
        assert all(field.replace("_", "-") in text for field in stated)
        assert text.count("seen 20") == len(text.strip().splitlines())


def test_values_are_written_for_people(assetkit):
    out = assetkit("presets", "show", "xhs-ad")[1]
    for words in ("jpeg or png", "3:4", "1080 x 1440 px", "10,000,000 bytes", "upright              required     yes",
                  "any product categories", "top 0.11, right 0.11, bottom 0.23"):  # fmt: skip
        assert words in out


def test_show_resolved_is_json(assetkit):
    code, out, _ = assetkit("presets", "show", "xhs-ad", "--resolved")
    assert code == 0
    assert json.loads(out)["image"]["limits"]["aspect_ratio"]["required"]["value"] == "3:4"


def test_validate(assetkit, folder):
    code, out, _ = assetkit("presets", "validate", "small.toml")
    assert code == 0
    assert f"small.toml: valid preset 'small', sha256 {preset_file.sha256(preset_file.load('small.toml'))}" in out


def test_validate_names_every_problem(assetkit, folder):
    text = (folder / "small.toml").read_text().replace("[image.target]", "[image.traget]").replace('"3:4"', '"3/4"')
    (folder / "wrong.toml").write_text(text)
    code, out, err = assetkit("presets", "validate", "wrong.toml")
    assert (code, out) == (2, "")
    assert "did you mean target?" in err
    assert 'a ratio is text of the form "3:4"' in err


@pytest.mark.parametrize("command", [("show", "xhs-adn"), ("show", "xhs-adn", "--resolved"), ("validate", "./x.toml")])
def test_unknown_presets(assetkit, folder, command):
    code, out, err = assetkit("presets", *command)
    assert (code, out) == (2, "")
    assert err.startswith("assetkit: ")


def test_schema(assetkit):
    code, out, _ = assetkit("presets", "schema")
    assert code == 0
    Draft202012Validator.check_schema(json.loads(out))
