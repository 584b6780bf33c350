"""Outputs played in a browser: what is ready shows the same picture there, at the same time, in the same colours."""

import base64

import numpy as np
import pytest

from assetkit import preset_file
from assetkit.judgement import Status
from assetkit.model import Method
from assetkit.pipeline import process_asset
from assetkit.run import Run
from tests.factories import FakeText, source
from tests.real_clips import corners, ffmpeg, frames_of, moving, off_corners, tone
from tests.test_clips_end_to_end import SMALL

pytestmark = pytest.mark.browser

PAGE = """
<input type="file"><video muted playsinline></video><canvas></canvas>
<script>
const video = document.querySelector("video");
const event = (name) => new Promise((done, failed) => {
  video.addEventListener(name, done, {once: true});
  video.addEventListener("error", () => failed(new Error("MediaError: " + video.error.message)), {once: true});
});
async function open() {
  const loaded = event("loadeddata");
  video.src = URL.createObjectURL(document.querySelector("input").files[0]);
  await loaded;
  return {width: video.videoWidth, height: video.videoHeight, duration: video.duration,
          tracks: video.webkitAudioDecodedByteCount};
}
async function frameAt(seconds) {
  const shown = new Promise((done) => video.requestVideoFrameCallback((now, frame) => done(frame.mediaTime)));
  const sought = event("seeked");
  video.currentTime = seconds;
  await sought;
  const time = await shown;
  const canvas = document.querySelector("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d", {colorSpace: "srgb", willReadFrequently: true});
  pen.drawImage(video, 0, 0);
  const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  let text = "";
  for (let n = 0; n < data.length; n += 32768) text += String.fromCharCode(...data.subarray(n, n + 32768));
  return {time, pixels: btoa(text)};
}
async function play() {
  video.currentTime = 0;
  const ended = event("ended");
  await video.play();
  await ended;
  const quality = video.getVideoPlaybackQuality();
  return {time: video.currentTime, frames: quality.totalVideoFrames, sound: video.webkitAudioDecodedByteCount};
}
</script>
"""


@pytest.fixture
def player(browser):
    """Open a file in a page of its own; give the page and what the browser says of the file."""
    page = browser.new_page()

    def load(path):
        page.set_content(PAGE)
        page.set_input_files("input", path)
        return page, page.evaluate("open()")

    yield load
    page.close()


def recipes():
    """Clips that are copied, remuxed and encoded: arguments for ffmpeg before the target."""
    encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-c:a", "aac"]
    fast = ["-movflags", "+faststart"]
    whole = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709"  # by half of them a browser does not go
    bt709 = ["-vf", f"scale=out_color_matrix=bt709:out_range=tv,{whole}"]
    hdr = ["-vf", "scale=out_color_matrix=bt2020:out_range=tv,format=yuv420p10le", "-c:v", "libx265"]
    hdr += ["-preset", "ultrafast", "-tag:v", "hvc1", "-color_primaries", "bt2020", "-color_trc", "arib-std-b67"]
    hdr += ["-colorspace", "bt2020nc", "-x265-params", "log-level=none"]
    uneven = ["-vf", "setpts='if(lt(N,13),N,13+2*(N-13))/25/TB'", "-fps_mode", "vfr"]
    return {
        "copied": [*moving("108x192", seconds=2), *tone(48_000, 2), *encoder, *bt709, *fast],
        "remuxed": [*moving("108x192", seconds=2), *tone(48_000, 2), *encoder, *bt709],
        "landscape": [*corners((640, 360), 2), *tone(48_000, 2), *encoder, *bt709],
        "silent": [*moving("640x360", seconds=1.2), *encoder],
        "variable": [*moving("640x360", seconds=1.2), *tone(44_100, 1.8), *uneven, *encoder],
        "hdr": [*corners((640, 360), 1.2), *hdr],
        "upright": [*moving("640x360", seconds=1.2), *tone(48_000, 1.2), *encoder],
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What assetkit makes of each of the clips: name -> (outcome, path)."""
    folder = tmp_path_factory.mktemp("played")
    preset = folder / "small-ad.toml"
    preset.write_text(SMALL)
    (folder / "work").mkdir()
    found = {}

    def make(name):
        if name not in found:
            outcome = process_asset(
                source(clip_of(name, folder)), preset_file.load(str(preset)), Run(folder / "out", folder / "work")
            )
            found[name] = outcome, folder / "out" / outcome.outputs[0].path if outcome.outputs else None
        return found[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assetkit.measure.detector", lambda *_: FakeText())
        yield make


def clip_of(name, folder):
    path = folder / f"{name}.{'mov' if name in ('hdr', 'rotated') else 'mp4'}"
    if name == "rotated":
        ffmpeg("-display_rotation", "90", "-i", clip_of("upright", folder), "-c", "copy", path)
    else:
        ffmpeg(*recipes()[name], path)
    return path


CLIPS = {
    "copied": Method.COPY,
    "remuxed": Method.REMUX,
    "landscape": Method.ENCODE,
    "rotated": Method.ENCODE,
    "silent": Method.ENCODE,
    "variable": Method.ENCODE,
    "hdr": Method.ENCODE,
}


@pytest.mark.parametrize("name", CLIPS)
def test_every_ready_output_plays_as_it_was_made(made, player, name):
    outcome, path = made(name)
    assert (outcome.status, outcome.plan.method) == (Status.READY, CLIPS[name]), outcome.judgement.findings
    page, said = player(path)
    main = outcome.outputs[0]
    assert (said["width"], said["height"]) == (main.width, main.height)
    assert said["duration"] == pytest.approx(main.duration_seconds, abs=0.1)
    frames = frames_of(path)
    for part in (0.1, 0.5, 0.9):
        time, picture = frame_in(page, frames[int(part * len(frames))][0])
        expected = min(frames, key=lambda frame: abs(frame[0] - time))
        assert abs(expected[0] - time) < 0.011  # the browser rounds
        assert picture.max() > 60
        assert np.abs(picture - expected[1]).mean() < 4
    assert not page.evaluate("video.error")


def frame_in(page, seconds):
    """(media time, RGB array) of the frame that the browser shows at a time."""
    shown = page.evaluate(f"frameAt({seconds + 0.005})")
    size = page.evaluate("[video.videoHeight, video.videoWidth]")
    pixels = np.frombuffer(base64.b64decode(shown["pixels"]), np.uint8).reshape(*size, 4)
    return shown["time"], pixels[..., :3].astype(int)


@pytest.mark.parametrize(("name", "off_most"), [("landscape", 12)])
def test_colours_are_those_of_the_source(made, player, name, off_most):
    """Four plain quarters in the middle of the blurred pad: BT.709 by its tags, not by a guess at the size."""
    outcome, path = made(name)
    page, _ = player(path)
    _, picture = frame_in(page, 0.5)
    plan = outcome.plan
    top = (plan.canvas.height - plan.picture.height) // 2
    left = (plan.canvas.width - plan.picture.width) // 2
    middle = picture[top : top + plan.picture.height, left : left + plan.picture.width]
    assert off_corners(middle) <= off_most


@pytest.mark.parametrize(("name", "has_sound"), [("landscape", True), ("silent", False), ("variable", True)])
def test_it_plays_to_its_end_with_its_sound(made, player, name, has_sound):
    outcome, path = made(name)
    page, _ = player(path)
    played = page.evaluate("play()")
    assert played["time"] == pytest.approx(outcome.outputs[0].duration_seconds, abs=0.1)
    assert played["frames"] > 5
    assert (played["sound"] > 0) is has_sound


def test_a_file_that_is_no_film_is_told_from_one_that_is(player, tmp_path):
    """The test above could not fail if the page swallowed errors."""
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(500))
    with pytest.raises(Exception, match="MediaError"):
        player(tmp_path / "broken.mp4")
