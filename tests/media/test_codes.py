import numpy as np
import pytest
import zxingcpp
from PIL import Image

from assetkit.media.codes import find_codes
from tests.factories import gradient, noise

QR, EAN, MATRIX = zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.EAN13, zxingcpp.BarcodeFormat.DataMatrix


def drawn(text, kind=QR, scale=4):
    return Image.fromarray(
        np.asarray(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=scale))
    )


def on_a_picture(code, place=(100, 140), size=(600, 800)):
    picture = gradient(*size)
    picture.paste(code.convert("RGB"), place)
    return np.asarray(picture)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (QR, "https://example.com/a", ("matrix", "QR Code")),
        (MATRIX, "LOT 4711", ("matrix", "Data Matrix")),
        (EAN, "4006381333931", ("bar", "EAN-13")),
    ],
)
def test_codes_are_read_with_their_kind(kind, text, expected):
    (found,) = find_codes(on_a_picture(drawn(text, kind)))
    assert (found.kind, found.name) == expected
    assert found.text.replace(" ", "") == text.replace(" ", "")


def test_the_box_holds_the_code():
    code = drawn("https://example.com/a")
    (found,) = find_codes(on_a_picture(code, (100, 140)))
    assert 100 <= found.box.left < 120
    assert 140 <= found.box.top < 160
    assert code.width - 40 <= found.box.size.width <= code.width
    assert code.height - 40 <= found.box.size.height <= code.height


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180])
def test_turned_and_light_on_dark(turn):
    turned = drawn("abc").transpose(turn)
    assert [c.text for c in find_codes(on_a_picture(turned))] == ["abc"]
    inverted = Image.fromarray(255 - np.asarray(turned))
    assert [c.text for c in find_codes(on_a_picture(inverted))] == ["abc"]


def test_several():
    picture = Image.fromarray(on_a_picture(drawn("one")))
    picture.paste(drawn("two").convert("RGB"), (350, 500))
    assert {c.text for c in find_codes(np.asarray(picture))} == {"one", "two"}


def test_what_a_code_says_is_shown_on_one_line_and_cut():
    (found,) = find_codes(on_a_picture(drawn("a\nb\x1b[31m\u202e" + "c" * 400), (10, 10)))
    assert found.text.isprintable()
    assert len(found.text) == 200


def test_none():
    assert find_codes(np.asarray(noise(400, 300))) == ()
    assert find_codes(np.zeros((1, 1, 3), np.uint8)) == ()


def test_only_qr_codes_are_read_where_only_they_are_asked_for():
    picture = np.concatenate([on_a_picture(drawn("a")), on_a_picture(drawn("LOT 4711", MATRIX))])
    assert {code.name for code in find_codes(picture)} == {"QR Code", "Data Matrix"}
    assert [code.name for code in find_codes(picture, only_qr=True)] == ["QR Code"]
