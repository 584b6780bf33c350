import numpy as np
import pytest

from assetkit.errors import SetupError
from assetkit.lettering import TextRegion
from assetkit.text.alphabet import alphabet
from assetkit.text.reading import MODEL, recogniser
from assetkit.text.runtime import model_path
from assetkit.text.transcript import Transcriber, transcriber
from tests.text.rendered import rendered


def region(x, y, width, height, margin=0):
    left, top, right, bottom = x - margin, y - margin, x + width + margin, y + height + margin
    return TextRegion(((left, top), (right, top), (right, bottom), (left, bottom)), 0.9)


def test_the_alphabet_is_the_networks():
    signs = alphabet(model_path(MODEL))
    assert (signs[0], signs[-1]) == ("", " ")
    assert {"国", "級", "A", "%", "①"} <= set(signs)
    network = recogniser()
    assert network(np.zeros((1, 48, 160, 3), np.uint8)).shape[2] == len(signs)


def test_a_file_without_characters_is_told(tmp_path):
    (tmp_path / "odd.onnx").write_bytes(bytes([0x08, 0x07, 0x72, 0x00]))  # a number, and metadata that is empty
    with pytest.raises(SetupError, match=r"odd\.onnx does not say which characters"):
        alphabet(tmp_path / "odd.onnx")


def test_lines_are_read_each_in_its_place():
    made = rendered(("Best serum 2027", 40, 40, 40), ("Lose 10 pounds", 40, 200, 28), ("OK", 40, 300, 60))
    boxes = [region(40, 300, 84, 44), region(40, 40, 330, 36), region(40, 200, 206, 28)]
    found = transcriber().read(made.pixels, boxes)
    assert [line.text.replace(" ", "") for line in found] == ["OK", "Bestserum2027", "Lose10pounds"]
    assert all(line.confidence > 0.9 for line in found)
    assert all(len(line.glyphs) == len(line.text) for line in found)
    assert all(0 <= sure <= 1 for line in found for sure in line.glyphs)


def test_upside_down_and_lying():
    straight = rendered(("Superlative", 100, 200, 48))
    turned = np.rot90(straight.pixels, 2)
    height, width = turned.shape[:2]
    (line,) = transcriber().read(np.ascontiguousarray(turned), [region(width - 360, height - 250, 262, 52)])
    assert line.text == "Superlative"
    lying = np.ascontiguousarray(np.rot90(straight.pixels))  # read from bottom to top
    (line,) = transcriber().read(lying, [region(200, width - 362, 50, 262)])
    assert line.text == "Superlative"


def test_a_column_is_laid_out_character_by_character():
    letters = [(letter, 100, 60 + 60 * n, 44) for n, letter in enumerate("ABHE")]
    made = rendered(*letters)
    (line,) = transcriber().read(made.pixels, [region(94, 54, 44, 226)])
    assert line.text.replace(" ", "") == "ABHE"


def test_many_lines_are_read_like_few():
    made = rendered(("Hello", 40, 40, 40), ("A much longer line of text", 40, 200, 30))
    boxes = [region(38, 36, 110, 42), region(38, 196, 380, 36)]
    alone = [transcriber().read(made.pixels, [box])[0].text for box in boxes]
    assert [line.text for line in transcriber().read(made.pixels, boxes * 9)] == alone * 9
    assert [line.text for line in Transcriber(threads=2).read(made.pixels, boxes * 3)] == alone * 3


def test_nothing_to_read():
    assert transcriber().read(np.zeros((100, 100, 3), np.uint8), []) == ()
    (line,) = transcriber().read(np.zeros((100, 400, 3), np.uint8), [region(20, 20, 300, 40)])
    assert (line.text, line.glyphs) == ("", ())


def test_a_line_that_is_not_clear_is_read_again_at_its_own_width(monkeypatch):
    reader, widths = Transcriber(), []
    sure = {"narrow": 0.9, "wide": 0.95}

    def network(lines):
        widths.append(lines.shape[2])
        scores = np.zeros((1, 2, 18710), np.float32)
        scores[0, 0, 50 + len(widths)] = scores[0, 1, 0] = sure["narrow" if len(widths) == 1 else "wide"]
        return scores

    monkeypatch.setattr(reader, "_network", network)
    (line,) = reader.read(np.zeros((100, 500, 3), np.uint8), [region(20, 20, 400, 50)])
    assert widths[1] == pytest.approx(widths[0] / 0.7, abs=16)
    assert (len(widths), line.confidence) == (2, pytest.approx(0.95))
