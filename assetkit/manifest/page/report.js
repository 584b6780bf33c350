"use strict";
// The page: a list on the left, one asset on the right. All text goes into the document as text, never as markup.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const [ABOUT, WORDS, ASSETS] = [read("about"), read("words"), read("assets")];
const BY_NUMBER = new Map(ASSETS.map((asset) => [asset.number, asset]));
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
  overlays: new Set((memory.get("overlays") || "window,text,faces").split(",").filter((name) => name in OVERLAYS)),
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
    if (!element) return null;
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
  asset.haystack = [asset.entry.source.path, ...said, ...lines].filter(Boolean).join("\n").toLowerCase();
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
  const image = role ? lazily(make("img", {class: "small", alt: "", decoding: "async"}), number, role)
    : make("span", {class: "small", "aria-hidden": "true"}, "∅");
  return make("li", {}, make("button", {class: "row", type: "button", "data-number": number, onclick: () => open(number)}, image,
    make("span", {},
      make("span", {class: "first"}, make("span", {class: "name", title: entry.source.path}, entry.source.path),
        chip(entry.status, say(entry.status))),
      make("span", {class: "why"}, why(asset)))));
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

// --- one asset
const isNarrow = () => matchMedia("(max-width: 760px)").matches;
function open(number) {
  const address = `#asset-${number}`;
  if (location.hash === address) return;
  if (isNarrow() && !document.body.classList.contains("one")) location.hash = address; // the back gesture leads to the list
  else location.replace(address);
  route(); // now: the event comes too late for the next key
}
let routed = null;
function route() {
  if (location.hash === routed) return;
  routed = location.hash;
  const wanted = /^#asset-(\d+)$/.exec(location.hash);
  const number = wanted ? Number(wanted[1]) : null;
  state.chosen = BY_NUMBER.has(number) ? number : null;
  document.body.classList.toggle("one", state.chosen !== null && wanted !== null);
  mark();
  show();
  if (state.chosen !== null && isNarrow()) { scrollTo(0, 0); by("detail").focus({preventScroll: true}); }
}
function step(by_) {
  const at = state.visible.findIndex((asset) => asset.number === state.chosen);
  const next = state.visible[at < 0 ? 0 : Math.min(state.visible.length - 1, Math.max(0, at + by_))];
  if (!next) return;
  open(next.number);
  if (!isNarrow()) {
    const button = rows.get(next.number).firstChild;
    button.scrollIntoView({block: "nearest"});
    button.focus({preventScroll: true});
  }
}

let panes = []; // what overlays are drawn over: {stage, size, isSource, time()}
let players = {};
function redraw() {
  const asset = BY_NUMBER.get(state.chosen);
  for (const pane of asset ? panes : []) {
    const old = pane.stage.querySelector("svg");
    const drawn = drawing(asset.entry, pane.size, state.overlays, pane.time(), pane.isSource);
    if (old) old.replaceWith(drawn); else pane.stage.append(drawn);
  }
}
function seek(seconds) {
  const asset = BY_NUMBER.get(state.chosen);
  const shift = players.main ? asset.trim_start : 0;
  for (const [role, player] of Object.entries(players)) {
    const to = role === "source" ? seconds + shift : seconds;
    player.preload = "auto";
    if (player.readyState < 1) {
      player.addEventListener("loadedmetadata", () => { player.currentTime = to; }, {once: true});
      player.load();
    } else player.currentTime = to;
  }
}
const shownAt = ({entry}) => entry.cover && entry.cover.time_seconds !== null ? entry.cover.time_seconds
  : ((entry.media && entry.media.duration_seconds) || 0) / 2;

function stageFor(size, content) {
  const stage = make("div", {class: "stage"}, ...content);
  stage.style.aspectRatio = `${size.width} / ${size.height}`;
  stage.style.width = `min(100%, ${(46 * size.width / size.height).toFixed(2)}vh)`;
  return stage;
}
function player(asset, role, size, poster) {
  const video = make("video", {src: asset.links[role], controls: true, preload: "none", playsinline: true,
    poster, "data-role": role, "aria-label": say(role === "source" ? "before" : "after")});
  const shift = role === "source" ? 0 : asset.trim_start;
  const pane = {stage: stageFor(size, [video]), size, isSource: role === "source",
    time: () => video.readyState < 2 ? shownAt(asset) - (role === "source" ? 0 : shift) : video.currentTime};
  for (const event of ["timeupdate", "seeked", "loadeddata"]) video.addEventListener(event, redraw);
  video.addEventListener("error", () => {
    const image = make("img", {src: poster, alt: ""});
    video.replaceWith(image);
    delete players[role];
    pane.time = () => shownAt(asset);
    pane.stage.after(make("p", {class: "hint"}, say("no_play")));
    redraw();
  });
  players[role] = video;
  return pane;
}
// the small picture stands until the real one is there
function swap(image, file) {
  if (!file) return;
  const whole = new Image();
  whole.addEventListener("load", () => { image.src = whole.src; });
  whole.src = file;
}
// the address of a still's source, if a browser can show it
function wholeOf({entry, links}) {
  const isShowable = links.source && SHOWABLE.has(entry.media.format) && entry.source.bytes < SHOWN_WHOLE_MOST;
  return isShowable ? links.source : null;
}
function still(asset, role, size, small, file) {
  const image = make("img", {src: small || "data:,", alt: "", decoding: "async"});
  swap(image, file);
  return {stage: stageFor(size, [image]), size, isSource: role === "source", time: () => shownAt(asset)};
}
const framed = (content) => make("div", {class: "frame"}, ...content);

function sourcePane(asset) {
  const {entry, number, links} = asset;
  const caption = make("figcaption", {}, say("before"));
  const figure = make("figure", {"data-pane": "source"}, caption);
  if (entry.media) caption.append(make("span", {}, sizes(entry.media.display_size)));
  if (links.source) caption.append(make("a", {href: links.source, target: "_blank", rel: "noopener"}, say("open_file")));
  const small = picture(number, "source");
  if (!entry.media || (!small && asset.has.includes("source") === false)) {
    figure.append(framed([make("p", {class: "empty"}, say("no_picture"))]));
    return figure;
  }
  const size = entry.media.display_size;
  const pane = entry.source.kind === "video" && links.source ? player(asset, "source", size, small)
    : still(asset, "source", size, small, wholeOf(asset));
  panes.push(pane);
  figure.append(framed([pane.stage]));
  return figure;
}
// the part of the source's picture that the plan keeps, for what was not made
function cropped(asset, image) {
  const {entry} = asset;
  const [size, window] = [entry.media.display_size, windowAt(entry.plan, shownAt(asset))];
  const box = make("div", {class: "stage"}, image);
  Object.assign(box.style, {aspectRatio: `${window.width} / ${window.height}`, overflow: "hidden"});
  Object.assign(image.style, {position: "absolute", maxWidth: "none", objectFit: "fill",
    width: `${100 * size.width / window.width}%`, height: `${100 * size.height / window.height}%`,
    left: `${-100 * window.left / window.width}%`, top: `${-100 * window.top / window.height}%`});
  return box;
}
function resultPane(asset) {
  const {entry, number, links} = asset;
  const made = output(asset, "main");
  const caption = make("figcaption", {}, say(made || !entry.plan ? "after" : "planned"));
  const figure = make("figure", {"data-pane": "main"}, caption);
  if (made) {
    caption.append(make("span", {}, `${sizes(made)}, ${bytes(made.bytes)}`));
    if (links.main) caption.append(make("a", {href: links.main, target: "_blank", rel: "noopener"}, say("open_file")));
    const small = picture(number, "main");
    const pane = entry.source.kind === "video" && links.main ? player(asset, "main", made, small)
      : still(asset, "main", made, small, links.main || null);
    panes.push(pane);
    figure.append(framed([pane.stage]));
    return figure;
  }
  const small = picture(number, "source");
  if (small && entry.plan && entry.media) {
    caption.append(make("span", {}, sizes(entry.plan.size)));
    const image = make("img", {src: small, alt: ""});
    if (entry.source.kind === "image") swap(image, wholeOf(asset));
    const stage = cropped(asset, image);
    const window = entry.plan.window;
    stage.style.width = `min(100%, ${(46 * window.width / window.height).toFixed(2)}vh)`;
    panes.push({stage, size: window, isSource: false, time: () => 0});
    figure.append(framed([stage]), make("p", {class: "hint"}, entry.status === "rejected" ? say("no_result") : ""));
  } else figure.append(framed([make("p", {class: "empty"}, say("no_result"))]));
  return figure;
}

function overlays(asset) {
  const {measurements, plan} = asset.entry;
  const seen = measurements || {};
  const has = {window: plan, text: seen.text_regions && seen.text_regions.length, faces: seen.faces && seen.faces.length,
    bars: seen.content, exempt: seen.exempt && seen.exempt.length, others: plan && plan.alternatives.length};
  const boxes = Object.keys(OVERLAYS).filter((name) => !(name in has) || has[name]).map((name) => {
    const box = make("input", {type: "checkbox", "data-overlay": name, onchange: () => {
      if (box.checked) state.overlays.add(name); else state.overlays.delete(name);
      memory.set("overlays", [...state.overlays].join(","));
      redraw();
    }});
    box.checked = state.overlays.has(name);
    return make("label", {}, box, make("i", {class: name, "aria-hidden": "true"}), say(name));
  });
  return make("fieldset", {class: "overlays"}, make("legend", {}, say("overlays")), ...boxes);
}

function block(title, ...content) {
  return make("section", {class: "block"}, make("h3", {}, title), ...content.filter(Boolean));
}
function facts(pairs) {
  return make("dl", {class: "facts"}, ...pairs.filter(([, value]) => value).flatMap(([name, value]) =>
    [make("dt", {}, name), make("dd", {}, value)]));
}
function findingCard(asset, finding) {
  const marks = finding.is_cover ? [] : asset.marks.filter((mark) => mark.codes.includes(finding.code));
  const starts = [...new Map(marks.map((mark) => [timecode(mark.start), mark.start])).entries()].slice(0, 12);
  const jumps = starts.flatMap(([time, start]) => [make("button", {type: "button", class: "jump",
    onclick: () => seek(start)}, say("seek", {time})), " "]);
  return make("li", {class: `card ${finding.severity}`},
    make("p", {class: "first"}, chip(finding.severity, say(finding.severity)), finding.is_cover ? say("cover") : null,
      make("code", {}, finding.code), finding.needs_person ? say("needs_person") : null),
    make("p", {class: "message"}, told(finding, "message")),
    facts([
      [say("measured"), finding.measured === null ? null : quantity(finding.measured, finding.unit)],
      [say("limit"), finding.limit === null ? null : quantity(finding.limit, finding.unit)],
      [say("to_do"), told(finding, "fix")],
      [say("limit_from"), finding.source],
    ]), jumps.length ? make("p", {}, ...jumps) : null);
}
function uncheckedCard(unchecked) {
  return make("li", {class: "card unchecked"},
    make("p", {class: "first"}, chip("unchecked", say("not_checked")), unchecked.is_cover ? say("cover") : null,
      make("code", {}, unchecked.codes.join(", "))),
    make("p", {class: "message"}, told(unchecked, "reason")));
}
function reasons(asset) {
  const {findings, unchecked} = found(asset);
  const cards = [...findings.map((f) => findingCard(asset, f)), ...grouped(unchecked).map(uncheckedCard)];
  return block(say("reasons"), cards.length ? make("ol", {class: "cards"}, ...cards) : make("p", {}, say("no_findings")));
}
function actions({entry}) {
  const done = told(entry, "actions") || [];
  const isPlanned = !output({entry}, "main");
  return block(say(isPlanned ? "actions_planned" : "actions"),
    done.length ? make("ul", {class: "did"}, ...done.map((action) => make("li", {}, action))) : make("p", {}, say("no_actions")));
}
function factsOf({entry}) {
  const {media, measurements: seen, plan, source} = entry;
  const sound = seen && seen.screening && seen.screening.sound;
  return block(say("facts"), facts([
    [say("format"), media && [media.format, media.video_codec, media.audio_codec].filter(Boolean).join(", ")],
    [say("size"), media && sizes(media.display_size)],
    [say("bytes"), source.bytes === null ? null : bytes(source.bytes)],
    [say("duration"), media && media.duration_seconds !== null ? timecode(media.duration_seconds) : null],
    [say("frame_rate"), media && media.frame_rate ? `${Number(media.frame_rate.toFixed(2))} fps` : null],
    [say("coverage"), seen && seen.text_coverage !== null
      ? `${percent(seen.text_coverage)} (${percent(seen.text_coverage_low)}–${percent(seen.text_coverage_high)})` : null],
    [say("loudness"), sound && sound.loudness_lufs !== null ? `${sound.loudness_lufs} LUFS` : null],
    [say("placed_by"), plan && say(`by_${plan.proposer}`)],
  ]));
}

// --- clips
const LANES = ["hook", "black", "frozen", "flashes", "silence", "text", "cover", "shot", "move"];
const QUIET = new Set(["hook", "shot", "move", "cover", "text"]);
function timeline(asset) {
  const {entry, marks} = asset;
  const made = output(asset, "main");
  const length = (made && made.duration_seconds) || (entry.media && entry.media.duration_seconds);
  if (entry.source.kind !== "video" || !length) return null;
  const slider = make("input", {type: "range", min: 0, max: length, step: 0.01, value: 0, "aria-label": say("position")});
  slider.addEventListener("input", () => seek(Number(slider.value)));
  const main = players.main || players.source;
  if (main) main.addEventListener("timeupdate", () => {
    slider.value = main.currentTime;
    slider.setAttribute("aria-valuetext", timecode(main.currentTime));
  });
  const share = (seconds) => 100 * Math.min(1, Math.max(0, seconds / length));
  const lanes = LANES.map((kind) => [kind, marks.filter((mark) => mark.kind === kind)]).filter(([, all]) => all.length);
  const drawn = lanes.map(([kind, all]) => make("div", {class: "lane", "data-lane": kind},
    make("span", {}, say(`mark_${kind}`)),
    make("div", {class: "track"}, ...all.map((mark) => {
      const time = mark.end > mark.start ? `${timecode(mark.start)}–${timecode(mark.end)}` : timecode(mark.start);
      const words = say("mark_at", {what: say(`mark_${kind}`), time});
      const weight = mark.codes.length ? "alert" : QUIET.has(kind) ? "quiet" : "plainmark";
      const button = make("button", {type: "button", title: words, "aria-label": words, "data-start": mark.start,
        class: `${weight}${mark.end > mark.start ? "" : " moment"}`, onclick: () => seek(mark.start)});
      button.style.left = `${share(mark.start)}%`;
      if (mark.end > mark.start) button.style.width = `${share(mark.end) - share(mark.start)}%`;
      return button;
    }))));
  const ruler = make("div", {class: "lane"}, make("span", {}, say("position")), make("div", {class: "track ruler"}, slider,
    make("div", {class: "times", "aria-hidden": "true"}, ...[0, 0.25, 0.5, 0.75, 1].map((part) => make("span", {}, timecode(part * length))))));
  return block(say("timeline"), make("div", {class: "timeline"}, ruler, ...drawn));
}
function coverOf(asset) {
  const {cover} = asset.entry;
  if (!cover) return null;
  const image = picture(asset.number, "cover") || picture(asset.number, "source");
  const from = cover.source ? say("cover_file", {name: cover.source})
    : cover.time_seconds === null ? say("cover_none") : say("cover_at", {time: timecode(cover.time_seconds)});
  const parts = cover.score_parts || {};
  const meters = ["sharpness", "exposure", "tones", "steadiness", "face"].filter((name) => typeof parts[name] === "number" && (name !== "face" || parts.faces))
    .map((name) => make("p", {class: "meter"}, make("span", {}, say(name)),
      make("meter", {min: 0, max: 1, value: parts[name], "aria-label": say(name)}), parts[name].toFixed(2)));
  const jump = cover.time_seconds === null ? null : make("button", {type: "button", class: "jump",
    onclick: () => seek(Math.max(0, cover.time_seconds - asset.trim_start))}, say("seek", {time: timecode(cover.time_seconds)}));
  const others = cover.candidates.map((other, n) => candidate(asset, other, picture(asset.number, `candidate-${n}`)));
  return block(say("cover"), make("div", {class: "coverbox"},
    image ? make("img", {src: image, alt: say("cover")}) : make("p", {class: "empty"}, say("no_picture")),
    make("div", {}, make("p", {}, chip(cover.status, say(cover.status)), " ", from),
      cover.score === null ? null : make("p", {}, say("score", {score: cover.score.toFixed(2)})), ...meters,
      make("ul", {class: "did"}, ...(told(cover, "actions") || []).map((action) => make("li", {}, action))), jump)),
  others.length ? make("h4", {}, say("candidates")) : null, others.length ? make("ul", {class: "candidates"}, ...others) : null);
}
function candidate(asset, {time_seconds: time, score}, small) {
  const words = say("candidate", {time: timecode(time), score: score.toFixed(2)});
  return make("li", {}, make("button", {type: "button", title: words, "aria-label": words,
    onclick: () => seek(Math.max(0, time - asset.trim_start))},
  small ? make("img", {src: small, alt: ""}) : null, make("span", {}, `${timecode(time)} · ${score.toFixed(2)}`)));
}

// --- as it looks in a feed
function post(asset, isHere) {
  const {entry, number} = asset;
  const made = output(asset, "cover") || output(asset, "main");
  const role = output(asset, "cover") ? "cover" : "main";
  const small = made ? picture(number, role) : picture(number, "source");
  let shown;
  if (small && made) {
    shown = make("img", {src: small, alt: ""});
    shown.style.aspectRatio = String(Math.max(0.75, made.width / made.height)); // feeds cut what is taller than 3:4
  } else if (small && entry.plan && entry.media) shown = cropped(asset, make("img", {src: small, alt: ""}));
  else shown = make("div", {class: "blank"});
  if (!small) shown.style.aspectRatio = "0.75";
  const play = entry.source.kind === "video" ? make("span", {class: "play"}, "▶") : null;
  const name = entry.source.path.split("/").pop().replace(/\.[^.]+$/, "");
  return make("div", {class: `post${isHere ? " here" : ""}`}, make("div", {class: "still"}, shown, play), make("p", {}, name), make("span", {class: "by"}));
}
function feed(asset) {
  if (!asset.entry.media) return null;
  const others = ASSETS.filter((other) => other !== asset && output(other, "main"));
  const start = others.findIndex((other) => other.number > asset.number);
  const near = [...others.slice(Math.max(0, start)), ...others].slice(0, 3);
  const posts = [post(asset, true), ...near.map((other) => post(other, false))];
  const columns = [0, 1].map((n) => make("div", {class: "lane2"}, ...posts.filter((_, i) => i % 2 === n)));
  return block(say("feed"), make("div", {class: "phone", "aria-hidden": "true"}, ...columns), make("p", {class: "hint"}, say("feed_hint")));
}

function record({entry}) {
  const text = JSON.stringify(entry, null, 2);
  const said = make("span", {role: "status"});
  const copy = make("button", {type: "button", class: "plain", id: "copy", onclick: async () => {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = make("textarea", {}, text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    said.textContent = say("copied");
  }}, say("copy"));
  return block(say("record"), make("div", {class: "recordbar"}, copy, said),
    make("details", {}, make("summary", {}, "JSON"), make("pre", {tabindex: "0"}, text)));
}

function show() {
  const detail = by("detail");
  const asset = BY_NUMBER.get(state.chosen);
  panes = [];
  for (const player_ of Object.values(players)) player_.removeAttribute("src");
  players = {};
  if (!asset) {
    detail.replaceChildren(make("p", {class: "choose"}, say("choose")));
    return;
  }
  const {entry} = asset;
  const back = make("button", {type: "button", class: "plain back", onclick: () => location.replace("#list")}, say("back"));
  const top = make("div", {class: "top"}, back, make("h2", {}, entry.source.path), chip(entry.status, say(entry.status)),
    make("button", {type: "button", class: "plain", onclick: () => step(-1)}, say("previous")),
    make("button", {type: "button", class: "plain", onclick: () => step(1)}, say("next")));
  const pair = make("div", {class: "pair"}, sourcePane(asset), resultPane(asset));
  const left = make("div", {}, reasons(asset), actions(asset), coverOf(asset), factsOf(asset), record(asset));
  const first = entry.findings.filter(decides).sort((a, b) => gravity(a) - gravity(b))[0];
  const lead = first ? make("p", {class: "lead"}, `${told(first, "message")}${told(first, "fix") ? `: ${told(first, "fix")}` : ""}`) : "";
  detail.replaceChildren(top, lead, overlays(asset), pair, ...[timeline(asset)].filter(Boolean),
    make("div", {class: "columns"}, left, feed(asset) || ""));
  detail.scrollTop = 0;
  redraw();
}

// --- the head, the languages, the keys
function options(id, pairs) {
  const select = by(id);
  select.replaceChildren(...pairs.map(([value, words]) => make("option", {value}, words)));
  select.value = state[id];
}
function tiles() {
  const tile = (status, count, key) => make("button", {type: "button", class: `tile ${status || "every"}`,
    "data-status": status, onclick: () => { state.status = state.status === status ? null : status; list(); }},
    make("b", {}, String(count)), make("span", {}, status ? make("span", {class: "sign", "aria-hidden": "true"}, `${SIGNS[status]} `) : "",
      say(status || "all")), key ? make("span", {class: "key", "aria-hidden": "true"}, key) : null);
  by("tiles").replaceChildren(tile(null, ABOUT.total, ""), ...STATUSES.map((s, n) => tile(s, ABOUT.summary[s], n + 1)));
}
function words() {
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  document.documentElement.classList.toggle("dark", state.theme === "dark" || (state.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches));
  document.documentElement.classList.toggle("light", state.theme === "light");
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = say(element.dataset.placeholder);
  by("preset").textContent = ABOUT.preset.id;
  by("made").textContent = say("made", {preset: ABOUT.preset.id, version: ABOUT.preset.version, tool: ABOUT.tool.version})
    + (ABOUT.summary.interrupted ? ` ${say("interrupted")}` : "");
  by("language").textContent = say("other_language");
  by("language").lang = state.language === "zh" ? "en" : "zh-CN";
  by("theme").textContent = say(`theme_${state.theme}`);
  by("keys").textContent = say("keys");
  options("kind", [["", say("any_kind")], ...["image", "video", "unknown"].map((kind) => [kind, say(kind)])]);
  options("code", [["", say("any_finding")], ...Object.entries(ABOUT.codes).map(([code, count]) => [code, `${code} (${count})`])]);
  options("order", ["worst", "input", "name"].map((order) => [order, say(`order_${order}`)]));
  if (ABOUT.pages.length > 1) {
    by("pages").hidden = false;
    by("pages").replaceChildren(...ABOUT.pages.map((page, n) => make("a", {href: page.file,
      "aria-current": n === ABOUT.page ? "page" : null}, say("page", {number: n + 1, count: page.assets}))));
  }
  if (ABOUT.skipped.length) {
    by("skipped").hidden = false;
    by("skipped").firstElementChild.textContent = say("skipped", {count: ABOUT.skipped.length});
    by("skipped").lastElementChild.replaceChildren(...ABOUT.skipped.map((s) => make("li", {}, `${s.path}: ${s.reason}`)));
  }
  tiles();
  waiting.clear();
  watcher.disconnect();
  rows = new Map(ASSETS.map((asset) => [asset.number, row(asset)]));
  list();
}
const redo = () => { words(); show(); };
by("language").addEventListener("click", () => {
  state.language = state.language === "zh" ? "en" : "zh";
  memory.set("language", state.language);
  redo();
});
by("theme").addEventListener("click", () => {
  state.theme = {auto: "light", light: "dark", dark: "auto"}[state.theme];
  memory.set("theme", state.theme);
  words();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", words);
by("filters").addEventListener("submit", (event) => event.preventDefault());
by("search").addEventListener("input", () => { state.query = by("search").value.trim().toLowerCase(); list(); });
for (const id of ["kind", "code", "order"]) by(id).addEventListener("change", () => { state[id] = by(id).value; list(); });
addEventListener("hashchange", route);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.matches("input:not([type=checkbox], [type=range]), select, textarea");
  if (event.key === "Escape") {
    if (event.target === by("search")) {
      by("search").value = state.query = "";
      by("search").blur();
      list();
    } else if (isNarrow()) location.replace("#list");
    return;
  }
  if (isTyping) return;
  const status = STATUSES[Number(event.key) - 1];
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (event.key === "/") by("search").focus();
  else if (status) { state.status = state.status === status ? null : status; list(); }
  else return;
  event.preventDefault();
});

// paper has no panes: what the filters leave is printed, one after another
function sheet(asset) {
  const images = ["source", "main"].map((role) => make("img", {src: picture(asset.number, role) || "data:,", alt: ""}));
  const {findings, unchecked} = found(asset);
  return make("article", {class: "sheet"}, ...images, make("div", {}, make("h2", {}, asset.entry.source.path),
    make("p", {}, chip(asset.entry.status, say(asset.entry.status))),
    ...findings.map((f) => make("p", {}, `${say(f.severity)}: ${told(f, "message")}${told(f, "fix") ? `: ${told(f, "fix")}` : ""}`)),
    ...grouped(unchecked).map((n) => make("p", {}, `${say("not_checked")}: ${n.codes.join(", ")}: ${told(n, "reason")}`)),
    make("p", {}, (told(asset.entry, "actions") || []).join("; "))));
}
addEventListener("beforeprint", () => { by("print").hidden = false; by("print").replaceChildren(...state.visible.map(sheet)); });
addEventListener("afterprint", () => { by("print").hidden = true; by("print").replaceChildren(); });

words();
if (!location.hash && !isNarrow() && state.visible.length) state.chosen = state.visible[0].number;
if (location.hash) route(); else { mark(); show(); }
performance.mark("listed");
