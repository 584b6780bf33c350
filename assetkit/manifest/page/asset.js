"use strict";
// One asset before and after, what is drawn over it, and why it is what it is.
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
    panes.push({stage, size: entry.plan.padding === "none" ? entry.plan.size : window, isSource: false, time: () => 0});
    figure.append(framed([stage]), make("p", {class: "hint"}, entry.status === "rejected" ? say("no_result") : ""));
  } else figure.append(framed([make("p", {class: "empty"}, say("no_result"))]));
  return figure;
}

function overlays(asset) {
  const {measurements, plan} = asset.entry;
  const seen = measurements || {};
  const has = {window: plan, text: seen.text_regions && seen.text_regions.length, faces: seen.faces && seen.faces.length,
    found_boxes: asset.entry.findings.some((f) => f.boxes.length),
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
  const times = finding.seconds && !finding.is_cover ? [{start: finding.seconds[0]}] : marks;
  const starts = [...new Map(times.map((mark) => [timecode(mark.start), mark.start])).entries()].slice(0, 12);
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
