"""Real clips, small and short, made by the bundled ffmpeg when a test first asks for them."""

import subprocess
from functools import cache
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np

from tests.factories import CORNERS, corner_colours

RAMP_FIRST, RAMP_STEP = 20, 4  # luma of frame n of a ramp: 20 + 4 n
_H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10"]
_AAC = ["-c:a", "aac", "-b:a", "96k"]
_FAST = ["-movflags", "+faststart"]


def moving(size="320x180", rate="25", seconds=1):
    """A test card that never shows the same picture twice."""
    return ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]


def tone(rate=44100, seconds=1):
    return ["-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={rate}:duration={seconds}"]


def corners(size=(320, 180), seconds=1):
    """Four plain quarters in the colours of `factories.CORNERS`."""
    half = f"{size[0] // 2}x{size[1] // 2}"
    parts = [f"color=0x{bytes(c).hex()}:size={half}:rate=25:duration={seconds},format=rgb24" for c in CORNERS]
    graph = ";".join(f"{part}[{n}]" for n, part in enumerate(parts))
    return ["-f", "lavfi", "-i", f"{graph};[0][1][2][3]xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0,format=rgb24"]


def ramp(size="128x72", seconds=2):
    """Plain frames, each lighter than the last, so that a picture tells its own number."""
    source = f"nullsrc=size={size}:rate=25:duration={seconds}"
    return ["-f", "lavfi", "-i", f"{source},format=yuv420p,geq=lum={RAMP_FIRST}+{RAMP_STEP}*N:cb=128:cr=128"]


def chord(filters):
    """A second of three tones that never repeat together, changed by `filters`."""
    tones = "+".join(f"0.2*sin({hertz}*2*PI*t)" for hertz in (220.1, 331.7, 557.3))
    return ["-f", "lavfi", "-i", f"aevalsrc='{tones}':s=48000:d=1,{filters}"]


def flashing(size="64x36", seconds=3):
    """Black for a second, then eight flashes a second."""
    lit = "drawbox=t=fill:c=white:enable='gte(t,1)*mod(floor(t*16),2)'"
    return ["-f", "lavfi", "-i", f"color=black:size={size}:rate=50:duration={seconds},{lit}"]


def black(size="180x320", seconds=2):
    return ["-f", "lavfi", "-i", f"color=black:size={size}:rate=25:duration={seconds}"]


# black for 2 s, moving for 3, still for 4; sound on the left from 1 to 5 s
TROUBLED = [
    "-f", "lavfi", "-i", "color=black:s=180x320:d=2[a];testsrc2=s=180x320:d=3[b];color=red:s=180x320:d=4[c];"
    "[a][b][c]concat=n=3,format=yuv420p",
    "-f", "lavfi", "-i", "aevalsrc='0.5*sin(440*2*PI*t)*between(t,1,5)|0':s=48000:d=9",
]  # fmt: skip

# name -> (suffix, another clip to start from or None, arguments before the target)
_RECIPES = {
    "landscape": (".mp4", [*moving(), *tone(), *_H264, *_AAC, *_FAST]),
    "portrait": (".mp4", [*moving("180x320"), *tone(48000), *_H264, *_AAC, *_FAST]),
    "two-seconds": (".mp4", [*moving(seconds=2), *tone(seconds=2), *_H264, *_AAC, *_FAST]),
    "moov-last": (".mp4", [*moving(seconds=2), *tone(seconds=2), *_H264, *_AAC]),
    "interlaced": (".mp4", ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=50:duration=2", "-vf",
                            "scroll=horizontal=0.02,interlace=lowpass=off", *_H264, "-flags", "+ilme+ildct",
                            "-x264-params", "tff=1", *_FAST]),
    "troubled": (".mp4", [*TROUBLED, *_H264, *_AAC, *_FAST]),
    "clipped": (".mp4", [*moving(), "-f", "lavfi", "-i", "aevalsrc='max(-1,min(1,3*sin(440*2*PI*t)))':s=48000:d=1",
                         *_H264, "-c:a", "pcm_s16le", "-f", "mov"]),
    "clipped-later": (".mov", [*moving(seconds=4), "-f", "lavfi", "-i",
                               "aevalsrc='max(-1,min(1,if(between(t,2.1,2.9),3,0.3)*sin(440*2*PI*t)))':s=44100:d=4",
                               *_H264, "-c:a", "pcm_s16le"]),
    "clipped-aac": (".mp4", [*moving(), *chord("volume=12dB,aformat=sample_fmts=s16"), *_H264, *_AAC]),
    "limited-aac": (".mp4", [*moving(), *chord("volume=12dB,alimiter=limit=0.9:level=false"), *_H264, *_AAC]),
    "one-click": (".mov", [*moving(), "-f", "lavfi", "-i",
                           "aevalsrc='if(between(n,999,1000),1,if(between(n,1999,2000),-1,0.3*sin(440*2*PI*t)))'"
                           ":s=48000:d=1", *_H264, "-c:a", "pcm_s16le"]),
    "late-picture": (".mkv", ["-itsoffset", "1", *black(seconds=1), *tone(seconds=2), "-f", "lavfi", "-i",
                              "anullsrc=d=1", "-filter_complex", "[1][2]concat=v=0:a=1[a]", "-map", "0:v", "-map",
                              "[a]", *_H264, *_AAC]),
    "late-flashes": (".mkv", ["-itsoffset", "1", *flashing(), *tone(seconds=4), *_H264, *_AAC]),
    "empty-sound": (".mkv", [*moving(), "-f", "lavfi", "-i", "anullsrc=d=1,atrim=end=0", *_H264, "-c:a", "pcm_s16le"]),
    "sound-ends-early": (".mp4", [*moving(seconds=4), *tone(seconds=2), *_H264, *_AAC, *_FAST]),
    "silent": (".mp4", [*moving(), *_H264, *_FAST]),
    "low-sound": (".mp4", [*moving(), *tone(22050), *_H264, "-c:a", "aac", "-b:a", "32k", "-ac", "1", *_FAST]),
    "ntsc": (".mp4", [*moving(rate="30000/1001"), *_H264, *_FAST]),
    "anamorphic": (".mp4", [*corners((240, 180)), "-vf", "setsar=4/3", *_H264, *_FAST]),
    "corners": (".mp4", [*corners(), *_H264, *_FAST]),
    "hd-corners": (".mp4", [*corners((1280, 720), 0.2), "-vf",
                            "scale=out_color_matrix=bt709,setparams=colorspace=unknown", *_H264, *_FAST]),
    "ten-bit": (".mkv", [*corners(), "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le",
                         "-x265-params", "log-level=none"]),
    "variable": (".mp4", [*moving(), "-vf", "setpts='if(lt(N,13),N,13+2*(N-13))/25/TB'", "-fps_mode", "vfr",
                          *_H264, *_FAST]),
    "ramp": (".mp4", [*ramp(), *tone(seconds=2), *_H264, "-crf", "10", *_AAC, *_FAST]),
    # one key frame only, as long as a seek behind it would lose most of the clip, and sound that starts first
    "ramp-ts": (".ts", ["-itsoffset", "0.1", *ramp(), *tone(seconds=2), *_H264, "-crf", "10", "-g", "250", *_AAC]),
    "sorenson": (".flv", [*moving(seconds=2), *tone(seconds=2), "-c:v", "flv1", "-q:v", "4", "-c:a", "libmp3lame"]),
    "ramp-flv": (".flv", [*ramp(), *tone(seconds=2), *_H264, "-crf", "10", "-g", "20", *_AAC]),
    "black": (".mp4", [*black(), *_H264, *_FAST]),
    "matroska": (".mkv", [*moving(seconds=2), *tone(seconds=2), *_H264, *_AAC]),
    "webm": (".webm", [*moving(), *tone(48000), "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8",
                       "-g", "10", "-c:a", "libopus"]),
    "avi": (".avi", [*moving(), *tone(), "-c:v", "mpeg4", "-g", "10", "-c:a", "pcm_s16le"]),
    "transport": (".ts", [*moving(), *tone(), *_H264, *_AAC]),
    "camcorder": (".m2ts", [*moving(), *tone(), *_H264, *_AAC, "-mpegts_m2ts_mode", "1"]),
    "quicktime": (".mov", [*moving(), *tone(), *_H264, "-c:a", "pcm_s16le"]),
    "broadcast": (".mxf", [*moving(seconds=2), *tone(48000, seconds=2), "-c:v", "mpeg2video", "-q:v", "2", "-g", "12",
                           "-bf", "2", "-c:a", "pcm_s16le"]),
    "sound-only": (".mp4", [*tone(), *_AAC]),
}  # fmt: skip
# name -> (suffix, clip that it is made from, arguments before its input)
_TURNS = {
    "turned": (".mov", "corners", ["-display_rotation", "90"]),
    "upside-down": (".mp4", "corners", ["-display_rotation", "180"]),
    "mirrored": (".mov", "corners", ["-display_hflip"]),
}


def ffmpeg(*arguments):
    """Run the bundled ffmpeg and fail with what it says."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-hide_banner", "-nostdin", "-loglevel", "error", *arguments]
    done = subprocess.run([str(a) for a in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class RealClips:
    """Makes a clip the first time it is asked for. Nobody may write to what it gives out."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, name):
        recipe = _TURNS[name] if name in _TURNS else _RECIPES[name]
        path = self.folder / f"{name}{recipe[0]}"
        if path.exists():
            return path
        if name in _TURNS:
            ffmpeg(*recipe[2], "-i", self(recipe[1]), "-c", "copy", *_FAST, path)
        else:
            ffmpeg(*recipe[1], "-bitexact", path)
        path.chmod(0o444)
        return path


def needs_encoder(name):
    """A reason to skip if the bundled ffmpeg cannot encode `name`, else None."""
    return None if name in _encoders() else f"the bundled ffmpeg has no {name}"


@cache
def _encoders():
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-encoders"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def frames_of(path):
    """Every frame of a clip as it is coded, as (seconds, RGB array), read back with PyAV and BT.709."""
    with av.open(str(path)) as container:
        return [
            (float(frame.pts * frame.time_base), frame.to_ndarray(format="rgb24", src_colorspace="itu709"))
            for frame in container.decode(video=0)
        ]


def combs(picture):
    """How much neighbouring rows differ from those two away: about 1 in whole frames, far more in moving fields."""
    rows = np.asarray(picture, np.float64)
    return np.abs(rows[1:] - rows[:-1]).mean() / np.abs(rows[2:] - rows[:-2]).mean()


def ramp_number(picture):
    """Which frame of a ramp a picture is, from its own lightness."""
    luma = float(np.asarray(picture, np.float64).mean()) * 219 / 255 + 16
    return (luma - RAMP_FIRST) / RAMP_STEP


def packets(path, kind):
    """The bytes of each packet of the first stream of a kind."""
    with av.open(str(path)) as container:
        stream = next(s for s in container.streams if s.type == kind)
        return [bytes(p) for p in container.demux(stream) if p.size]


def is_moov_first(path):
    data = Path(path).read_bytes()
    return 0 < data.index(b"moov") < data.index(b"mdat")


def off_corners(picture, expected=CORNERS):
    """How far the colours in the middle of the quarters are from the expected, at worst."""
    return int(np.abs(np.asarray(corner_colours(picture)) - np.asarray(expected)).max())
