"use strict";
// The page: a list on the left, one asset on the right. All text goes into the document as text, never as markup.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const [ABOUT, WORDS, ASSETS] = [read("about"), read("words"), read("assets")];
const BY_NUMBER = new Map(ASSETS.map((asset) => [asset.number, asset]));
// of a slide, which set it is of and which of its slides it is
const PLACES = new Map(ABOUT.sets.flatMap((set) => set.slides.map((slide, n) => [slide.path, {set, number: n + 1}])));
const placeOf = ({entry}) => PLACES.get(entry.source.path) || null;
const STATUSES = ["ready", "review", "rejected"];
const SIGNS = {ready: "✓", review: "◐", rejected: "✕", required: "✕", recommended: "!", note: "i", unchecked: "?"};
const SHOWABLE = new Set(["jpeg", "mpo", "png", "gif", "webp", "avif", "bmp"]);
const SHOWN_WHOLE_MOST = 40e6; // bytes of a still that is opened at its full size
const by = (id) => document.getElementById(id);

// what is remembered between visits, where the browser lets a file remember anything
const memory = {
  get(key) { try { return localStorage.getItem(`assetkit-${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`assetkit-${key}`, value); } catch { /* then not */ } },
};
const state = {
  language: memory.get("language") || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en"),
  theme: memory.get("theme") || "auto",
  status: null, kind: "", code: "", order: "worst", query: "", chosen: null, visible: [],
  overlays: new Set((memory.get("overlays") || "window,text,faces,found_boxes").split(",").filter((name) => name in OVERLAYS)),
};

function say(key, values = {}) {
  const text = WORDS[key][state.language];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
const told = (entry, key) => (state.language === "zh" && entry[`${key}_zh`]) || entry[key];

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// numbers as people read them
function timecode(seconds) {
  const ticks = Math.max(0, Math.floor(seconds * 10 + 1e-6));
  const [whole, tenth] = [Math.floor(ticks / 10), ticks % 10];
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (n) => String(n).padStart(2, "0");
  return `${hours ? `${hours}:${pad(minutes)}` : minutes}:${pad(rest)}.${tenth}`;
}
const percent = (share) => `${(share * 100).toFixed(1)}%`;
const bytes = (n) => n < 1e6 ? `${(n / 1e3).toFixed(0)} kB` : `${(n / 1e6).toFixed(2)} MB`;
const sizes = (size) => `${size.width} × ${size.height} px`;
function quantity(value, unit) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return /^\d/.test(value) ? `${value} ${unit}`.trim() : value;
  if (unit.startsWith("share")) return percent(value);
  if (unit === "bytes") return bytes(value);
  return `${Number(value.toFixed(3))} ${unit}`.trim();
}

// pictures stand behind this script: the list does not wait for them
const taken = new Map();
function picture(number, role) {
  if (!taken.has(number)) {
    const element = by(`pictures-${number}`);
    // while the page arrives, what nothing stands behind may be there in part
    if (!element || (document.readyState === "loading" && !element.nextSibling)) return null;
    taken.set(number, JSON.parse(element.textContent));
  }
  const found = taken.get(number);
  return found[role] || (role === "main" && isSame(BY_NUMBER.get(number)) ? found.source : null) || null;
}
const isSame = ({entry}) => Boolean(entry.plan && ["copy", "remux"].includes(entry.plan.method) && output({entry}, "main"));
const output = ({entry}, role) => entry.outputs.find((made) => made.role === role);
const thumbnail = (asset) => ["cover", "main", "source"].find((r) => asset.has.includes(r));

const waiting = new Map();
const watcher = new IntersectionObserver((seen) => {
  for (const {target, isIntersecting} of seen) if (isIntersecting) fill(target);
}, {rootMargin: "400px"});
function fill(image) {
  const [number, role] = waiting.get(image) || [];
  const data = number === undefined ? null : picture(number, role);
  if (!data) return;
  image.src = data;
  waiting.delete(image);
  watcher.unobserve(image);
}
function lazily(image, number, role) {
  waiting.set(image, [number, role]);
  watcher.observe(image);
  return image;
}
document.addEventListener("DOMContentLoaded", () => {
  for (const image of [...waiting.keys()]) { watcher.unobserve(image); watcher.observe(image); }
  show();
});

const chip = (kind, words) => make("span", {class: `chip ${kind}`}, make("span", {"aria-hidden": "true"}, SIGNS[kind]), words);

// what decides the verdict comes first
const decides = (finding) => finding.severity === "required" || finding.needs_person;
const gravity = (finding) => decides(finding) ? (finding.severity === "required" ? 0 : 1) : finding.severity === "recommended" ? 2 : 3;
// the findings of an asset and of its cover, and what was not checked
function found({entry}) {
  const cover = entry.cover || {findings: [], not_checked: []};
  return {
    findings: [...entry.findings.map((f) => ({...f})), ...cover.findings.map((f) => ({...f, is_cover: true}))]
      .sort((a, b) => gravity(a) - gravity(b)),
    unchecked: [...entry.not_checked.map((n) => ({...n})), ...cover.not_checked.map((n) => ({...n, is_cover: true}))],
  };
}
// what was left for the same reason is said once: one file that cannot be read leaves every limit unchecked
function grouped(unchecked) {
  const groups = new Map();
  for (const each of unchecked) {
    const key = JSON.stringify([each.reason, Boolean(each.is_cover)]);
    if (!groups.has(key)) groups.set(key, {...each, codes: []});
    groups.get(key).codes.push(each.code);
  }
  return [...groups.values()];
}
function codes(asset) {
  const {findings, unchecked} = found(asset);
  return new Set([...findings, ...unchecked].map((f) => f.code));
}
for (const asset of ASSETS) {
  const {findings, unchecked} = found(asset);
  const lines = ((asset.entry.measurements || {}).text_regions || []).map((r) => r.text || "");
  const said = [...findings.flatMap((f) => [f.code, f.message, f.fix, f.message_zh, f.fix_zh]),
    ...unchecked.flatMap((n) => [n.code, n.reason, n.reason_zh])];
  const {set} = placeOf(asset) || {};
  asset.haystack = [asset.entry.source.path, set && set.id, set && set.words && set.words.title, asset.entry.words && asset.entry.words.title, ...said, ...lines].filter(Boolean).join("\n").toLowerCase();
  asset.codes = codes(asset);
}

// --- the list
function why({entry}) {
  const first = [...entry.findings].sort((a, b) => gravity(a) - gravity(b))[0];
  if (first) return told(first, "message");
  return (told(entry, "actions") || []).join("; ") || say("no_findings");
}
function row(asset) {
  const {entry, number} = asset;
  const role = thumbnail(asset);
  const place = placeOf(asset);
  const inSet = place ? make("span", {class: "inset"}, `${place.set.id} ${place.number}/${place.set.slides.length}`) : null;
  const image = role ? lazily(make("img", {class: "small", alt: "", decoding: "async"}), number, role)
    : make("span", {class: "small", "aria-hidden": "true"}, "∅");
  return make("li", {}, make("button", {class: "row", type: "button", "data-number": number, onclick: () => open(number)}, image,
    make("span", {},
      make("span", {class: "first"}, make("span", {class: "name", title: entry.source.path}, entry.source.path),
        chip(entry.status, say(entry.status))),
      make("span", {class: "why"}, inSet, why(asset)))));
}
let rows = new Map();

const ORDERS = {
  worst: () => 0, // as written
  input: (a, b) => a.number - b.number,
  name: (a, b) => a.entry.source.path.localeCompare(b.entry.source.path),
};
function matches(asset) {
  const {entry} = asset;
  return (!state.status || entry.status === state.status)
    && (!state.kind || (entry.source.kind || "unknown") === state.kind)
    && (!state.code || asset.codes.has(state.code))
    && state.query.split(/\s+/).every((word) => asset.haystack.includes(word));
}
function list() {
  state.visible = ASSETS.filter(matches).sort(ORDERS[state.order]);
  const nothing = make("li", {class: "nothing"}, make("p", {}, say("nothing")),
    make("button", {class: "plain", type: "button", onclick: clear}, say("clear")));
  by("list").replaceChildren(...(state.visible.length ? state.visible.map((a) => rows.get(a.number)) : [nothing]));
  by("count").textContent = say("count", {shown: state.visible.length, total: ASSETS.length});
  for (const tile of document.querySelectorAll(".tile")) {
    tile.setAttribute("aria-pressed", String((tile.dataset.status || null) === state.status));
  }
  mark();
}
function clear() {
  Object.assign(state, {status: null, kind: "", code: "", query: ""});
  for (const id of ["search", "kind", "code"]) by(id).value = "";
  list();
}
function mark() {
  for (const [number, item] of rows) {
    const button = item.firstChild;
    if (number === state.chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}
