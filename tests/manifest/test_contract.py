import json

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from assetkit.manifest.contract import CoverSet, Manifest
from assetkit.manifest.write import as_json
from tests.manifest.records import entry, manifest


def test_the_json_has_its_schema_s_name_first():
    data = json.loads(as_json(manifest()))
    assert next(iter(data.items())) == ("schema", "assetkit.manifest/1")
    assert set(data) == {"schema", "tool", "preset", "summary", "assets", "skipped", "sets", "pre_check"}


@pytest.mark.parametrize("model", [Manifest, CoverSet])
def test_the_published_schemas_are_schemas(model):
    Draft202012Validator.check_schema(model.model_json_schema(mode="serialization"))
    assert "schema" in model.model_json_schema(mode="serialization")["properties"]


@pytest.mark.parametrize(
    "assets",
    [
        [],
        [entry()],
        [entry(path="\u65b0\u54c1 \U0001f600.jpg", status="rejected", media=None, measurements=None, plan=None)],
    ],
)
def test_the_json_keeps_the_schema_and_comes_back_the_same(assets):
    record = manifest(*assets)
    text = as_json(record)
    Draft202012Validator(Manifest.model_json_schema(mode="serialization")).validate(json.loads(text))
    assert Manifest.model_validate_json(text) == record


def test_the_schema_refuses_what_is_not_in_the_contract():
    schema = Draft202012Validator(Manifest.model_json_schema(mode="serialization"))
    data = json.loads(as_json(manifest(entry())))
    assert schema.is_valid(data)
    assert not schema.is_valid(data | {"surprise": 1})
    data["assets"][0]["status"] = "green"
    assert not schema.is_valid(data)


def test_a_record_without_a_field_is_no_record():
    with pytest.raises(ValidationError):
        Manifest.model_validate({"schema": "assetkit.manifest/1", "assets": []})
    data = json.loads(as_json(manifest()))
    with pytest.raises(ValidationError):
        Manifest.model_validate(data | {"schema": "assetkit.manifest/2"})


def test_text_is_readable_not_escaped():
    assert "\u65b0\u54c1" in as_json(manifest(entry(path="\u65b0\u54c1.jpg")))
