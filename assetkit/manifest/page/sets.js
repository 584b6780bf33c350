"use strict";
// A set as it will be swiped: its slides side by side in their order, each the way to itself.
const BY_PATH = new Map(ASSETS.map((asset) => [asset.entry.source.path, asset]));

// what is, or would be, delivered of a still, small; null where there is no picture of it
function delivered(asset) {
  const made = output(asset, "main");
  const small = picture(asset.number, made ? "main" : "source");
  if (!small) return null;
  const image = make("img", {src: small, alt: "", decoding: "async"});
  if (made) {
    image.style.aspectRatio = `${made.width} / ${made.height}`;
    return image;
  }
  return asset.entry.plan && asset.entry.media ? cropped(asset, image) : image;
}
function slide(set, {path, status}, number, isHere) {
  const asset = BY_PATH.get(path);
  const shown = (asset && delivered(asset)) || make("div", {class: "blank"});
  const name = path.split("/").pop();
  const words = say("slide", {number, total: set.slides.length, name, status: say(status)});
  const button = make("button", {type: "button", class: "slide", title: words, "aria-label": words, disabled: !asset,
    "aria-current": isHere ? "true" : null, onclick: () => open(asset.number)},
  make("span", {class: "shown"}, shown, make("b", {}, `${number}/${set.slides.length}`)),
  chip(status, say(status)), make("span", {class: "name"}, name));
  return make("li", {class: status}, button);
}
function heldBy(set) {
  if (!set.worst || set.status === "ready") return null;
  const number = set.slides.findIndex((each) => each.path === set.worst) + 1;
  return make("p", {class: "held"}, say("set_for", {number, name: set.worst.split("/").pop()}));
}
// what is published beside a picture or a set
function published(words) {
  if (!words) return null;
  const {title, caption, tags} = words;
  return make("div", {class: "note"}, title ? make("p", {class: "title"}, title) : null,
    caption ? make("p", {class: "caption"}, caption) : null,
    tags.length ? make("p", {class: "tags"}, tags.map((tag) => `#${tag.replace(/^#/, "")}`).join(" ")) : null);
}
function strip(asset) {
  const place = placeOf(asset);
  if (!place) return null;
  const {set, number} = place;
  const cards = [...[...set.findings].sort((a, b) => gravity(a) - gravity(b)).map((f) => findingCard({marks: []}, f)),
    ...grouped(set.not_checked).map(uncheckedCard)];
  const head = make("p", {class: "sethead"}, chip(set.status, say(set.status)), make("b", {}, set.id),
    make("span", {}, say(set.is_published ? "set_whole" : "set_held", {count: set.slides.length})));
  const slides = make("ol", {class: "strip", tabindex: "0", "aria-label": say("set", {name: set.id})},
    ...set.slides.map((each, n) => slide(set, each, n + 1, n + 1 === number)));
  return make("section", {class: "set"}, head, heldBy(set), slides, published(set.words),
    cards.length ? make("ol", {class: "cards"}, ...cards) : null);
}
// the slide that is looked at is in sight, wherever the strip was left
function showSlide() {
  const here = document.querySelector(".strip [aria-current]");
  if (here) here.closest("ol").scrollLeft = here.parentElement.offsetLeft - 12;
}
