"""The report driven as people do it: in Chromium, over the samples' own results."""

import json
import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from assetkit import api
from assetkit.manifest.report import words
from tests.factories import portrait, preset, quarters

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent.parent
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
HOSTILE = (
    "<img src=x onerror=alert(1)>.jpg",
    "<script>alert(2)<!--.jpg",
    "'\"&amp;{{script}}.jpg",
    "\u65b0\u54c1 #1%.jpg",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What `make demo` leaves; made here unless ASSETKIT_DEMO_OUT names it."""
    made = os.environ.get("ASSETKIT_DEMO_OUT")
    output = Path(made).resolve() if made else tmp_path_factory.mktemp("demo") / "out"
    if not made:
        list(api.process(ROOT / "samples", preset="xhs-ad", output=output))
    return output / "report.html"


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Stills whose names would do something if they were taken for markup."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "in").mkdir()
    for name in HOSTILE:
        quarters(120, 80).save(folder / "in" / name, "JPEG")
    list(api.process(folder / "in", preset=preset(image=portrait((60, 80))), output=folder / "out", jobs=1))
    return folder / "out/report.html"


@pytest.fixture(scope="module")
def swiped(tmp_path_factory):
    """A carousel of five, one of them bad, whose words and names would do something if they were taken for markup."""
    folder = tmp_path_factory.mktemp("swiped")
    (folder / "in").mkdir()
    shown = (*HOSTILE, "last.jpg")
    for name in shown:
        quarters(60, 80).save(folder / "in" / name, "JPEG")
    (folder / "in/last.jpg").write_bytes(b"no picture")
    said = {"order": shown[::-1], "title": HOSTILE[0], "caption": f"one\n{HOSTILE[1]}", "tags": ["夏天", "#精华"]}
    text = "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items())
    (folder / "in/set.toml").write_text(text, "utf-8")
    list(api.process(folder / "in", preset=preset(image=portrait((60, 80))), output=folder / "out", jobs=1))
    return folder / "out/report.html"


@pytest.fixture
def visit(browser):
    """Open a page; whatever it complains of, or asks of a network, fails the test."""
    opened = []

    def go(path, *, viewport=DESKTOP, mark="", **more):
        context = browser.new_context(viewport=viewport, **({"locale": "en-US"} | more))
        page, complaints = context.new_page(), []
        page.on(
            "console", lambda m: complaints.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda r: None if is_local(r.url) else complaints.append(f"request: {r.url}"))
        page.goto(path.as_uri() + mark)
        page.wait_for_load_state("load")
        opened.append((context, complaints))
        return page

    yield go
    found = [complaint for _, complaints in opened for complaint in complaints]
    for context, _ in opened:
        context.close()
    assert found == []


def is_local(address):
    return address.startswith(("file:", "data:", "blob:"))


def names(page):
    return page.locator("#list .name").all_text_contents()


def choose(page, name):
    page.locator("#list .row", has=page.locator(".name", has_text=name)).click()
    page.wait_for_function("name => document.querySelector('#detail h2')?.textContent === name", arg=name)


def test_filters_search_and_order(demo, visit):
    page = visit(demo)
    everything = names(page)
    manifest = json.loads((demo.parent / "manifest.json").read_text("utf-8"))
    assert sorted(everything) == sorted(a["source"]["path"] for a in manifest["assets"])
    verdicts = {a["source"]["path"]: a["status"] for a in manifest["assets"]}
    assert [verdicts[name] for name in everything] == sorted(
        verdicts.values(), key=["rejected", "review", "ready"].index
    )
    page.locator('.tile[data-status="review"]').click()
    assert names(page) == [name for name in everything if verdicts[name] == "review"]
    page.locator('.tile[data-status="review"]').click()
    page.select_option("#code", "text-coverage-max")
    told = {a["source"]["path"]: {f["code"] for f in a["findings"] + a["not_checked"]} for a in manifest["assets"]}
    assert names(page) == [name for name in everything if "text-coverage-max" in told[name]]
    assert "poster-too-much-text.jpg" in names(page)
    page.select_option("#code", "")
    page.select_option("#kind", "video")
    kinds = {a["source"]["path"]: a["source"]["kind"] for a in manifest["assets"]}
    assert names(page) == [name for name in everything if kinds[name] == "video"]
    page.select_option("#kind", "")
    page.fill("#search", "TEXT covers")
    assert sorted(names(page)) == ["carousel/04.jpg", "poster-too-much-text.jpg"]
    assert page.inner_text("#count") == f"2 of {len(everything)} shown"
    page.fill("#search", "no such thing")
    assert page.locator("#list .nothing").is_visible()
    page.locator("#list .nothing button").click()
    page.select_option("#order", "name")
    assert names(page) == sorted(everything, key=str.lower)


def test_a_set_is_shown_as_it_will_be_swiped(swiped, visit):
    page = visit(swiped)
    order = ["last.jpg", *HOSTILE[::-1]]
    assert names(page) == order  # together and in their order, for the worst of them
    choose(page, HOSTILE[1])
    assert page.locator(".strip .slide .name").all_text_contents() == order
    assert page.locator(".strip .shown b").all_text_contents() == [f"{n}/5" for n in range(1, 6)]
    statuses = [chip.strip("✓✕") for chip in page.locator(".strip .chip").all_text_contents()]
    assert statuses == ["Rejected", *["Ready"] * 4]
    assert page.locator(".strip [aria-current]").get_attribute("aria-label") == f"Slide 4 of 5: {HOSTILE[1]}, Ready"
    assert page.inner_text(".set .held") == "Held up by slide 1, last.jpg"
    assert page.locator(".set .title").text_content() == HOSTILE[0]
    assert page.locator(".set .caption").text_content() == f"one\n{HOSTILE[1]}"
    assert page.locator(".set .tags").text_content() == "#夏天 #精华"
    assert page.inner_text(".lead").startswith("held back with its set in: slide 1, last.jpg, is rejected")
    page.click("#language")
    assert page.inner_text(".set .held") == "受第 1 张 last.jpg 影响"
    page.locator(".strip .slide").nth(1).click()
    page.wait_for_function("name => document.querySelector('#detail h2')?.textContent === name", arg=HOSTILE[3])
    assert page.evaluate("[...document.querySelectorAll('.strip img')].every((i) => i.complete && i.naturalWidth > 0)")
    assert page.locator(".strip img").count() == 4


def test_a_strip_is_swiped_on_a_phone(swiped, visit):
    page = visit(swiped, viewport=PHONE, has_touch=True)
    choose(page, HOSTILE[0])
    strip = page.locator(".strip")
    assert strip.evaluate("s => s.scrollWidth > s.clientWidth")  # the strip scrolls, and the page does not
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    here = page.locator(".strip [aria-current]").bounding_box()
    assert 0 <= here["x"] <= PHONE["width"] - here["width"]


def test_the_keyboard_does_it_all(demo, visit):
    page = visit(demo)
    everything = names(page)
    assert page.inner_text("#detail h2") == everything[0]
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.inner_text("#detail h2") == everything[2]
    page.keyboard.press("k")
    assert page.inner_text("#detail h2") == everything[1]
    assert page.locator("#list [aria-current]").inner_text().startswith(everything[1])
    page.keyboard.press("3")
    assert set(page.locator("#list .chip").all_text_contents()) == {"\u2715Rejected"}
    page.keyboard.press("3")
    page.keyboard.press("/")
    page.keyboard.type("jk1")
    assert page.input_value("#search") == "jk1"  # keys typed into the search are text
    page.keyboard.press("Escape")
    assert (page.input_value("#search"), names(page)) == ("", everything)


def test_keys_that_come_faster_than_the_page_are_not_lost(demo, visit):
    page = visit(demo)
    page.evaluate(
        """() => {
          for (const key of 'jjjjk') document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
        }"""
    )
    assert page.inner_text("#detail h2") == names(page)[3]


def test_the_language_and_the_theme_are_switched_and_remembered(demo, visit):
    page = visit(demo)
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click("#language")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    texts = words()
    for key in ("reasons", "overlays", "feed", "record"):
        assert page.locator("#detail").get_by_text(texts[key]["zh"], exact=True).count(), key
        assert not page.locator("#detail").get_by_text(texts[key]["en"], exact=True).count(), key
    page.click("#theme")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 26)"
    page.reload()
    assert page.inner_text("#language") == "English"
    assert page.evaluate("document.documentElement.className") == "dark"


def test_a_chinese_browser_is_spoken_to_in_chinese(demo, visit):
    page = visit(demo, locale="zh-CN", color_scheme="dark")
    assert page.inner_text('.tile[data-status="ready"]').endswith("\u53ef\u4e0a\u4f20\n1")
    assert page.evaluate("document.documentElement.className") == "dark"


def test_messages_are_shown_in_chinese_where_the_manifest_has_them(demo, visit):
    pairs = """() => [told({message: "en", message_zh: "zh"}, "message"), told({message: "en"}, "message")]"""
    assert visit(demo, locale="zh-CN").evaluate(pairs) == ["zh", "en"]
    assert visit(demo).evaluate(pairs) == ["en", "en"]


def test_overlays_are_drawn_where_the_manifest_says(demo, visit):
    page = visit(demo)
    choose(page, "serum-landscape.jpg")
    asset = next(
        a for a in json.loads((demo.parent / "manifest.json").read_text("utf-8"))["assets"]
        if a["source"]["path"] == "serum-landscape.jpg"
    )  # fmt: skip
    source, result = page.locator('[data-pane="source"]'), page.locator('[data-pane="main"]')
    window = source.locator("rect.window")
    assert {k: int(window.get_attribute(k)) for k in ("x", "y", "width", "height")} == {
        "x": asset["plan"]["window"]["left"], "y": asset["plan"]["window"]["top"],
        "width": asset["plan"]["window"]["width"], "height": asset["plan"]["window"]["height"],
    }  # fmt: skip
    stage, drawn = source.locator(".stage").bounding_box(), window.bounding_box()
    size = asset["media"]["display_size"]
    assert stage["width"] / stage["height"] == pytest.approx(size["width"] / size["height"], rel=0.01)
    left = stage["x"] + stage["width"] * asset["plan"]["window"]["left"] / size["width"]
    assert drawn["x"] == pytest.approx(left, abs=4)  # half a stroke
    page.uncheck('[data-overlay="window"]')
    assert window.count() == 0
    page.check('[data-overlay="grid"]')
    assert (source.locator("line.grid").count(), result.locator("line.grid").count()) == (8, 8)
    page.check('[data-overlay="guide916"]')
    page.check('[data-overlay="guide34"]')
    assert (source.locator(".guide916").count(), result.locator(".guide34").count()) == (1, 1)
    choose(page, "poster-too-much-text.jpg")
    assert source.locator("polygon.text").count() > 3


def test_a_click_on_the_timeline_seeks(demo, visit):
    page = visit(demo)
    choose(page, "clip-too-long.mp4")
    mark = page.locator('[data-lane="cover"] button')
    wanted = float(mark.get_attribute("data-start"))
    mark.click()
    page.wait_for_function(SOUGHT, arg=wanted)
    slider = page.get_by_role("slider", name="Position")
    slider.fill("20")
    page.wait_for_function(SOUGHT, arg=20)
    frozen = page.locator('[data-lane="frozen"] button.alert').first
    page.locator(".card", has_text="hook-freeze-max").locator(".jump").first.click()
    page.wait_for_function(SOUGHT, arg=float(frozen.get_attribute("data-start")))


SOUGHT = """wanted => {
  const videos = [...document.querySelectorAll('video')];
  return videos.length && videos.every(v => v.readyState >= 2 && Math.abs(v.currentTime - wanted) < 0.1);
}"""


def test_source_and_result_are_sought_together(demo, visit):
    page = visit(demo)
    choose(page, "clip-landscape-720p.mp4")
    assert page.locator("video").count() == 2
    page.get_by_role("slider", name="Position").fill("5")
    page.wait_for_function(SOUGHT, arg=5)


def test_what_was_left_for_one_reason_is_said_once(demo, visit):
    page = visit(demo)
    choose(page, "half-copied.jpg")
    assert page.locator("#detail .card.required").count() == 1
    assert page.locator("#detail .card.unchecked").count() == 1
    assert "aspect-ratio, " in page.locator("#detail .card.unchecked code").inner_text()


def test_the_manifest_entry_can_be_copied(demo, visit):
    page = visit(demo, permissions=["clipboard-read", "clipboard-write"])
    choose(page, "serum-ready.jpg")
    page.click("#copy")
    page.get_by_role("status").filter(has_text="Copied").wait_for()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    manifest = json.loads((demo.parent / "manifest.json").read_text("utf-8"))
    assert copied == next(a for a in manifest["assets"] if a["source"]["path"] == "serum-ready.jpg")


def test_hostile_names_are_text(odd, visit):
    page = visit(odd)
    assert sorted(names(page)) == sorted(HOSTILE)
    for name in HOSTILE:
        choose(page, name)
        page.wait_for_function(
            "() => [...document.querySelectorAll('#detail img')].every(i => i.complete && i.naturalWidth)"
        )
        assert page.locator("#detail h2").inner_text() == name
    assert page.locator("img[src='x'], #detail script, #list script").count() == 0
    page.wait_for_timeout(100)  # an onerror would have had its say by now; the fixture looks for dialogs


def test_the_page_would_not_run_what_is_slipped_in(odd, browser):
    """The policy holds even if the escaping failed."""
    page = browser.new_page()
    page.goto(odd.as_uri())
    refused = page.evaluate(
        """() => new Promise((done) => {
          document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), {once: true});
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.body.append(script);
        })"""
    )
    assert refused == "script-src-elem"
    assert page.evaluate("window.ran") is None
    page.close()


def test_it_serves_without_the_files_beside_it(demo, browser, tmp_path):
    """As it comes by e-mail: pictures stay, and a clip that cannot be played is shown as its picture."""
    place = tmp_path / "so/deep/that/no/way/up/leads/to/the/sources/report.html"
    place.parent.mkdir(parents=True)
    place.write_bytes(demo.read_bytes())
    page = browser.new_page(locale="en-US")
    page.goto(place.as_uri())
    choose(page, "serum-landscape.jpg")
    page.wait_for_timeout(200)  # for the large pictures not to come
    widths = page.evaluate("() => [...document.querySelectorAll('.stage img')].map((image) => image.naturalWidth)")
    assert widths == [360, 270]
    choose(page, "clip-landscape-720p.mp4")
    page.get_by_role("slider", name="Position").fill("5")
    page.get_by_text(words()["no_play"]["en"]).first.wait_for()
    assert page.locator(".stage img").count() == 2
    page.close()


def test_on_a_phone_an_asset_is_a_page_of_its_own(demo, visit):
    page = visit(demo, viewport=PHONE, has_touch=True)
    assert page.locator("#list").is_visible()
    assert not page.locator("#detail").is_visible()
    page.locator("#list .row").nth(1).tap()
    page.wait_for_selector("#detail h2")
    assert not page.locator("#list").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.go_back()
    page.wait_for_selector("#list", state="visible")
    page.locator("#list .row").nth(2).tap()
    page.locator(".back").tap()
    page.wait_for_selector("#list", state="visible")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_pictures_that_have_arrived_in_part_are_waited_for(demo, visit):
    page = visit(demo)
    asked = """() => {
        Object.defineProperty(document, "readyState", {value: "loading"});
        const element = Object.assign(document.createElement("script"), {type: "application/json", id: "pictures-999"});
        element.textContent = '{"main": "da';
        document.body.append(element);
        const early = picture(999, "main");
        element.textContent = '{"main": "data:,"}';
        element.after("\\n");
        return [early, picture(999, "main")];
    }"""
    assert page.evaluate(asked) == [None, "data:,"]


def test_it_prints_what_the_filters_leave(demo, visit):
    page = visit(demo)
    page.keyboard.press("3")
    rejected = names(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#print h2").all_inner_texts() == rejected
    assert not page.locator("#panes").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#print article").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(demo, visit, scheme, viewport):
    if not find_spec("axe_playwright_python"):
        reason = "axe is not installed: pip install axe-playwright-python"
        (pytest.fail if os.environ.get("ASSETKIT_CI_BROWSER") else pytest.skip)(reason)
    from axe_playwright_python.sync_playwright import Axe

    for mark in ("#list", "#asset-0", *assets_marked(demo, "clip-too-long.mp4", "poster-too-much-text.jpg")):
        page = visit(demo, viewport=viewport, color_scheme=scheme, mark=mark)
        page.wait_for_timeout(100)
        found = Axe().run(page).response["violations"]
        serious = [
            (v["id"], [n["html"][:120] for n in v["nodes"][:3]])
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == [], mark


def assets_marked(demo, *wanted):
    paths = [a["source"]["path"] for a in json.loads((demo.parent / "manifest.json").read_text("utf-8"))["assets"]]
    return [f"#asset-{paths.index(name)}" for name in wanted]


def test_no_text_is_left_in_the_other_language(demo, visit):
    """The page's own words, in the list and in one asset: what messages say comes with the manifest."""
    page = visit(demo, locale="zh-CN")
    for name in ("clip-landscape-master.mov", "serum-landscape.jpg"):
        choose(page, name)
        labels = page.locator("h3, dt, figcaption, legend, .overlays label, #keys, .tile span").all_inner_texts()
        english = [text for text in labels if re.search("[A-Za-z]{4,}", text)]
        assert english == []
