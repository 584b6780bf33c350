"""Draws the samples: every file in samples/ but its README comes out of here.

    python tests/make_samples.py

Nothing is photographed or borrowed, so anyone may use and publish the files. Chinese glyphs need a font that has
them (Noto Sans CJK, Debian's fonts-noto-cjk); it is only needed to draw the samples again, never to use them.
"""

import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).parent.parent / "samples"
CJK = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
INK = (46, 38, 60)


def sphere(canvas: np.ndarray, x: float, y: float, radius: float, colour: tuple[int, int, int]) -> None:
    """A lit ball with a soft shadow under it."""
    height, width = canvas.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    shadow = np.exp(
        -(((columns - x - radius * 0.5) / (radius * 1.1)) ** 2 + ((rows - y - radius) / (radius * 0.16)) ** 2)
    )
    canvas *= (1 - 0.45 * shadow)[..., None]
    dx, dy = (columns - x) / radius, (rows - y) / radius
    inside = dx**2 + dy**2
    depth = np.sqrt(np.clip(1 - inside, 0, 1))
    light = np.clip(-0.5 * dx - 0.6 * dy + 0.62 * depth, 0, 1)
    shine = np.clip(-0.42 * dx - 0.5 * dy + 0.76 * depth, 0, 1) ** 60
    paint = np.array(colour, np.float32) * (0.28 + 0.72 * light)[..., None] + 255 * shine[..., None]
    edge = np.clip((1 - np.sqrt(inside)) * radius / 1.5, 0, 1)[..., None]
    canvas[:] = canvas * (1 - edge) + np.clip(paint, 0, 255) * edge


def bottle(picture: Image.Image, x: float, y: float, height: float) -> Image.Image:
    """A serum bottle standing at (x, y)."""
    wide = height * 0.36
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    shadow = [x - wide * 0.7, y - height * 0.05, x + wide * 1.1, y + height * 0.06]
    draw.ellipse(shadow, fill=(60, 40, 60, 120))
    layer = layer.filter(ImageFilter.GaussianBlur(height * 0.03))
    draw = ImageDraw.Draw(layer)
    draw.rounded_rectangle([x - wide / 2, y - height * 0.66, x + wide / 2, y], wide * 0.2, fill=(214, 148, 112, 255))
    draw.rectangle([x - wide * 0.16, y - height * 0.78, x + wide * 0.16, y - height * 0.65], fill=(190, 128, 96, 255))
    draw.rounded_rectangle(
        [x - wide * 0.24, y - height, x + wide * 0.24, y - height * 0.76], wide * 0.08, fill=(44, 40, 52, 255)
    )
    draw.rectangle([x - wide * 0.5, y - height * 0.5, x + wide * 0.5, y - height * 0.16], fill=(250, 244, 236, 255))
    for share, alpha in ((-0.4, 90), (-0.3, 60), (0.38, 40)):
        left = x + wide * share
        draw.rectangle([left, y - height * 0.62, left + wide * 0.06, y - height * 0.03], fill=(255, 255, 255, alpha))
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def scene(width: int, height: int, *, at: float = 0.5, grain: float = 1.2) -> Image.Image:
    """A still life: wall, table, two balls, a bottle. `at` (0..1) is where the bottle stands."""
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    columns = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    wall = np.array((246, 226, 214)) * (1 - rows) + np.array((236, 200, 190)) * rows
    wall = wall + 10 * np.sin(columns * 3.1)
    table = np.array((226, 196, 176)) * (1.15 - 0.35 * rows)
    canvas = np.where(rows < 0.72, wall, table).astype(np.float32)
    unit = height
    sphere(canvas, width * at - unit * 0.2, unit * 0.76, unit * 0.075, (238, 120, 120))
    sphere(canvas, width * at + unit * 0.19, unit * 0.74, unit * 0.105, (250, 198, 96))
    picture = Image.fromarray(np.clip(canvas, 0, 255).astype(np.uint8))
    noise = np.random.default_rng(7).normal(0, grain, (height, width, 1))
    noisy = np.asarray(bottle(picture, width * at, unit * 0.86, unit * 0.56), np.float32) + noise
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(CJK, size)


def write(picture: Image.Image, lines: list[str], size: int, top: float, *, spread: bool = False) -> Image.Image:
    """Centred lines of text with a white outline; `spread` stretches a line over the whole width."""
    draw = ImageDraw.Draw(picture)
    y = top * picture.height
    for line in lines:
        chosen = font(size)
        if spread:
            chosen = font(round(size * picture.width * 0.92 / chosen.getlength(line)))
        x = (picture.width - chosen.getlength(line)) / 2
        draw.text((x, y), line, font=chosen, fill=INK, stroke_width=max(2, chosen.size // 16), stroke_fill="white")
        y += chosen.size * 1.25
    return picture


def stills() -> None:
    write(scene(1080, 1440), ["夏日护肤清单"], 96, 0.07).save(HERE / "serum-ready.jpg", quality=88)
    scene(1920, 1280, at=0.72).save(HERE / "serum-landscape.jpg", quality=85)
    heavy = scene(1080, 1440)
    write(
        heavy,
        ["全程无滤镜", "三步搞定伪素颜", "SUMMER GLOW", "敏感肌亲测有效", "收藏起来慢慢看"],
        128,
        0.04,
        spread=True,
    )
    heavy.save(HERE / "poster-too-much-text.jpg", quality=85)
    write(scene(1600, 1000), ["LIMITED SUMMER EDITION"], 80, 0.08, spread=True).save(
        HERE / "banner-title-would-be-cut.jpg", quality=85
    )
    turned = Image.Exif()
    turned[0x0112] = 6
    scene(1080, 1440).transpose(Image.Transpose.ROTATE_90).save(HERE / "phone-turned.jpg", quality=85, exif=turned)
    sticker()
    frames = [scene(300, 400, at=0.4 + 0.05 * step).quantize(64) for step in range(5)]
    frames[0].save(HERE / "turntable.gif", save_all=True, append_images=frames[1:], duration=120, loop=0)
    whole = HERE / "serum-ready.jpg"
    (HERE / "half-copied.jpg").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def carousel() -> None:
    """Five slides as they are swiped: cover, what is in it, the texture, how to use it, a call. The fourth is bad."""
    folder = HERE / "carousel"
    folder.mkdir(exist_ok=True)
    close = scene(1620, 2160, at=0.5, grain=0)
    balls = scene(1080, 1440, at=0.9, grain=0).crop((200, 700, 755, 1440)).resize((1080, 1440))
    left, right = close.crop((330, 300, 1410, 1740)), scene(1080, 1440, at=0.24, grain=0)
    slides = [
        write(scene(1080, 1440, grain=0), ["夏天的清爽精华"], 96, 0.07),
        write(left, ["一瓶 30 ml"], 72, 0.05),
        write(balls, ["轻薄质地"], 84, 0.06),
        write(
            right,
            ["洗脸之后按两下", "掌心搓匀再按压", "额头鼻尖和下巴", "脖子也别落下了", "早晚各用一次哦"],
            128,
            0.04,
            spread=True,
        ),
        write(scene(1080, 1440, at=0.7, grain=0), ["收藏这一篇"], 90, 0.08),
    ]
    for number, slide in enumerate(slides, 1):
        slide.save(folder / f"{number:02}.jpg", quality=80, optimize=True)
    said = [
        'name = "summer-glow"',
        'title = "夏天的清爽精华，五张看懂"',
        'caption = "质地、用法和一点小习惯，都在图里。"',
    ]
    said += ['tags = ["夏日护肤", "精华"]', 'products = ["cosmetics"]']
    (folder / "set.toml").write_text("\n".join(said) + "\n", "utf-8")


def sticker() -> None:
    picture = Image.new("RGBA", (900, 1200), (0, 0, 0, 0))
    canvas = np.full((1200, 900, 3), 255, np.float32)
    sphere(canvas, 450, 560, 300, (120, 170, 220))
    mask = Image.new("L", (900, 1200), 0)
    ImageDraw.Draw(mask).ellipse([150, 260, 750, 860], fill=255)
    picture.paste(Image.fromarray(canvas.astype(np.uint8)), (0, 0), mask)
    picture.save(HERE / "sticker-transparent.png", optimize=True)


def pan(width: int, height: int, seconds: float, rate: int) -> Iterator[bytes]:
    """A slow move over the still life, with the bottle in the middle of the frame half way through."""
    wide = scene(round(width * 1.15), round(height * 1.05), grain=0)
    count = round(seconds * rate)
    for number in range(count):
        share = 0.5 - 0.5 * np.cos(2 * np.pi * number / count)
        left, top = (wide.width - width) * share, (wide.height - height) * (1 - share)
        yield wide.crop((round(left), round(top), round(left) + width, round(top) + height)).tobytes()


def clip(name: str, width: int, height: int, seconds: float, *options: str, sound: bool = True, rate: int = 12) -> None:
    """Encode a pan; `options` replace the defaults of the encoder."""
    tune = HERE / "tune.wav"
    melody(tune, seconds)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{width}x{height}", "-r", str(rate), "-i", "-"]
    command += ["-i", str(tune), "-c:a", "aac", "-b:a", "48k"] if sound else []
    command += ["-c:v", "libx264", "-preset", "slow", "-crf", "30", "-pix_fmt", "yuv420p", "-g", "48"]
    command += ["-bitexact", "-movflags", "+faststart", *options, str(HERE / name)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:
        assert child.stdin
        for frame in pan(width, height, seconds, rate):
            child.stdin.write(frame)
    tune.unlink()
    assert child.returncode == 0


def melody(path: Path, seconds: float) -> None:
    """An arpeggio at the level of most streams, so that the clips have sound."""
    rate = 24_000
    t = np.arange(int(seconds * rate)) / rate
    notes = 220 * 2 ** (np.array([0, 4, 7, 12, 7, 4])[(t * 2).astype(int) % 6] / 12)
    sound = 0.6 * np.sin(2 * np.pi * np.cumsum(notes) / rate) * np.exp(-3 * (t * 2 % 1))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((sound * 32767).astype("<i2").tobytes())


def clips() -> None:
    clip("clip-ready.mp4", 1080, 1920, 16)
    write(scene(1080, 1440, at=0.45), ["第一次露营带什么"], 90, 0.07).save(HERE / "clip-ready.cover.jpg", quality=85)
    clip("clip-landscape-master.mov", 1920, 1080, 16)
    clip("clip-landscape-720p.mp4", 1280, 720, 16)
    clip("clip-wrong-container.mkv", 1080, 1920, 16, sound=False)
    clip("clip-too-short.mp4", 720, 1280, 6)
    clip("clip-too-long.mp4", 720, 1280, 66, rate=6)
    clip("clip-too-small.mp4", 360, 640, 16)


if __name__ == "__main__":
    stills()
    carousel()
    clips()
