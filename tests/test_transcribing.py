import os
import time

import pytest
from PIL import Image

from assetkit import api, transcribing
from assetkit.errors import AssetError, UserInputError
from assetkit.geometry import Box
from assetkit.transcribing import lines_in, lines_of, text_of
from tests.text.rendered import rendered


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_in_its_encoding(tmp_path, encoding):
    path = tmp_path / "caption.txt"
    path.write_bytes("国家级面霜\r\n\r\n 每天 \n".encode(encoding))
    assert [line.text for line in lines_of(path, deadline_seconds=9)] == ["国家级面霜", "每天"]


def test_bytes_that_are_no_text():
    with pytest.raises(AssetError, match="not a text"):
        text_of(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert text_of(b"") == ""
    assert lines_in("") == []


def test_a_picture_is_read_in_display_pixels(tmp_path):
    made = rendered(("Lowest price ever", 60, 100, 40))
    big = Image.fromarray(made.pixels).resize((2560, 1920))  # measured at half its size
    big.save(tmp_path / "poster.png")
    (line,) = lines_of(tmp_path / "poster.png", deadline_seconds=60)
    assert line.text.replace(" ", "") == "Lowestpriceever"
    assert line.box is not None
    assert Box(200, 360, 1900, 620).intersect(line.box) == line.box
    assert line.box.size.width > 1200
    found = api.claims(tmp_path / "poster.png")
    assert [claim.id for claim in found.claims] == ["price-en"]
    assert found.verdict == "review"


def test_what_cannot_be_read_says_so(tmp_path):
    (tmp_path / "odd.bin").write_bytes(b"\0" * 100)
    with pytest.raises(AssetError) as error:
        lines_of(tmp_path / "odd.bin", deadline_seconds=30)
    assert error.value.code in {"unreadable", "unsupported-format"}
    with pytest.raises(AssetError, match="cannot be read"):
        lines_of(tmp_path, deadline_seconds=9)


def hangs(*_):
    time.sleep(60)


def dies(*_):
    os._exit(7)


@pytest.mark.parametrize(("job", "says"), [(hangs, "took longer than 1 s"), (dies, r"died on it \(exit code 7\)")])
def test_a_worker_that_hangs_or_dies_costs_the_file(tmp_path, monkeypatch, job, says):
    Image.new("RGB", (40, 40)).save(tmp_path / "photo.png")
    monkeypatch.setattr(transcribing, "read_picture", job)
    with pytest.raises(AssetError, match=says):
        lines_of(tmp_path / "photo.png", deadline_seconds=1)


def test_a_request_that_is_wrong():
    with pytest.raises(UserInputError, match="no product category 'cars'"):
        api.claims_in("words", products=["cars"])
