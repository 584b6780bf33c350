import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from assetkit.judgement import Judgement, NotChecked, Severity
from assetkit.manifest import report
from assetkit.manifest.contract import SetEntry
from assetkit.manifest.report import Shown, badness, render, words
from tests.manifest.records import breach, entry, manifest

HOSTILE = "<img src=x onerror=alert(1)></script><!--\u2028&lt;.jpg"


class Page(HTMLParser):
    """The elements of a page and the text inside its scripts and styles, as a browser would split them."""

    def __init__(self, data):
        super().__init__()
        self.tags, self.texts, self._open = [], [], None
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.texts.append([dict(attrs).get("id", tag), ""])
            self._open = tag

    def handle_endtag(self, tag):
        if tag == self._open:
            self._open = None

    def handle_data(self, data):
        if self._open:
            self.texts[-1][1] += data

    def text(self, name):
        return next(text for key, text in self.texts if key == name)

    def json(self, name):
        return json.loads(self.text(name))


def pages(*assets, shown=None):
    pairs = zip(assets, shown or [Shown()] * len(assets), strict=True)
    return {name: Page(b"".join(parts)) for name, parts in render(manifest(*assets), pairs)}


def test_the_slides_of_a_set_stand_together_where_the_worst_of_them_would():
    bad = Judgement((breach(),))
    assets = [
        entry("1.jpg"),
        entry("a.jpg", judgement=Judgement((breach(severity="recommended"),))),
        entry("2.jpg", judgement=bad, status="rejected"),
        entry("b.jpg"),
    ]
    record = manifest(*assets)
    slides = [{"path": f"{n}.jpg", "status": "ready", "output": None} for n in (2, 1)]
    more = {"id": "set", "status": "rejected", "worst": "2.jpg", "is_published": False, "missing": []}
    record.sets = [SetEntry(slides=slides, findings=[], not_checked=[], **more)]
    (page,) = (Page(b"".join(parts)) for _, parts in render(record, [(asset, Shown()) for asset in record.assets]))
    assert [each["entry"]["source"]["path"] for each in page.json("assets")] == ["2.jpg", "1.jpg", "a.jpg", "b.jpg"]
    assert page.json("about")["sets"][0]["id"] == "set"


def test_one_page_holds_record_links_and_pictures():
    shown = Shown({"main": "ready/a%20b.jpg"}, {"source": b"RIFF1", "main": b"RIFF2"})
    (page,) = pages(entry("a b.jpg"), shown=[shown]).values()
    (asset,) = page.json("assets")
    assert asset["entry"]["source"]["path"] == "a b.jpg"
    assert (asset["links"], asset["has"]) == ({"main": "ready/a%20b.jpg"}, ["main", "source"])
    assert page.json("pictures-0") == {
        "source": "data:image/webp;base64,UklGRjE=",
        "main": "data:image/webp;base64,UklGRjI=",
    }
    assert page.json("about")["total"] == 1


@pytest.mark.parametrize("where", ["path", "message"])
def test_a_hostile_text_is_only_text(where):
    asset = entry(HOSTILE) if where == "path" else entry(findings=[breach(message=HOSTILE, fix=HOSTILE)])
    plain, hostile = pages(entry())["report.html"], pages(asset)["report.html"]
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]  # no element more
    record = hostile.json("assets")[0]["entry"]
    assert HOSTILE in (record["source"]["path"], (record["findings"] or [{"message": ""}])[0]["message"])
    assert not re.search("[<>&\u2028\u2029]", hostile.text("assets"))


def test_no_name_is_taken_for_a_placeholder():
    page = pages(entry("{{script}}.jpg"))["report.html"]
    assert page.json("assets")[0]["entry"]["source"]["path"] == "{{script}}.jpg"


def test_only_its_own_script_and_style_run():
    page = pages(entry())["report.html"]
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert {"script-src", "style-src", "img-src", "media-src", "base-uri", "form-action"} == set(rules) - {
        "default-src"
    }
    for rule, name in (("script-src", "script"), ("style-src", "style")):
        digest = base64.b64encode(hashlib.sha256(page.text(name).encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert "http" not in policy
    assert [a for tag, a in page.tags if "src" in a or a.get("href", "#").startswith("http")] == []
    assert not any(key.startswith("on") or key == "style" for _, a in page.tags for key in a)


def test_the_worst_comes_first():
    unchecked = Judgement((), (NotChecked("text-coverage-max", Severity.REQUIRED, "broken"),))
    assets = [
        entry("ready.jpg"),
        entry("advice.jpg", findings=[breach("a", "recommended")]),
        entry("unchecked.jpg", judgement=unchecked, status="review"),
        entry("one.jpg", findings=[breach()], status="rejected"),
        entry("two.jpg", findings=[breach(), breach("b")], status="rejected"),
    ]
    listed = pages(*assets)["report.html"].json("assets")
    assert [a["entry"]["source"]["path"] for a in listed] == [
        "two.jpg", "one.jpg", "unchecked.jpg", "advice.jpg", "ready.jpg",
    ]  # fmt: skip
    assert [a["number"] for a in listed] == [4, 3, 2, 1, 0]
    assert badness(assets[4]) < badness(assets[3])


@pytest.mark.parametrize(
    ("limit", "value", "counts"), [("_ASSETS_A_PAGE", 2, [2, 2, 1]), ("_BYTES_A_PAGE", 1, [1, 1, 1, 1, 1])]
)
def test_large_batches_are_paged(monkeypatch, limit, value, counts):
    monkeypatch.setattr(report, limit, value)
    made = pages(*(entry(f"{n}.jpg") for n in range(5)))
    assert list(made) == ["report.html", *(f"report-{n + 2}.html" for n in range(len(counts) - 1))]
    assert [len(page.json("assets")) for page in made.values()] == counts
    listed = [{"file": name, "assets": count} for name, count in zip(made, counts, strict=True)]
    assert [page.json("about")["pages"] for page in made.values()] == [listed] * len(counts)
    assert [page.json("about")["page"] for page in made.values()] == list(range(len(counts)))


def test_nothing_at_all_is_a_page_too():
    assert pages()["report.html"].json("assets") == []


def script():
    return pages()["report.html"].text("script")


def test_every_text_is_there_in_both_languages():
    for key, texts in words().items():
        assert set(texts) == {"en", "zh"}, key
        assert all(text.strip() for text in texts.values()), key
        slots = [set(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
        assert slots[0] == slots[1], key
        if key not in ("other_language", "mark_at", "said_of"):
            assert not re.search("[\u4e00-\u9fff]", texts["en"]), key
            assert re.search("[\u4e00-\u9fff]", texts["zh"]), key


def test_every_text_that_is_said_is_in_the_table():
    said = set(re.findall(r'say\("(\w+)"', script()))
    page = pages()["report.html"]
    said |= {
        value for _, a in page.tags for key, value in a.items() if key in ("data-say", "data-label", "data-placeholder")
    }
    assert said - set(words()) == set()
    composed = {
        key
        for start, ends in {
            "mark_": ("hook", "black", "frozen", "flashes", "silence", "text", "cover", "shot", "move"),
            "by_": ("sidecar", "face", "text", "subject", "saliency", "centre"),
            "theme_": ("auto", "light", "dark"),
            "order_": ("worst", "input", "name"),
        }.items()
        for key in (start + end for end in ends)
    }
    assert composed - set(words()) == set()


def test_the_script_makes_no_markup_of_data():
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", script())
