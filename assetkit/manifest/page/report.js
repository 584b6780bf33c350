"use strict";
// The whole of one asset, the head of the page, its languages, keys and print; last, since it sets all in motion.
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

const advice = (finding) => told(finding, "fix")
  ? say("said_of", {what: told(finding, "message"), words: told(finding, "fix")}) : told(finding, "message");

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
  const beside = entry.words ? block(say("words"), published(entry.words)) : null;
  const left = make("div", {}, ...[beside].filter(Boolean), reasons(asset), actions(asset), coverOf(asset), factsOf(asset), record(asset));
  const first = entry.findings.filter(decides).sort((a, b) => gravity(a) - gravity(b))[0];
  const lead = first ? make("p", {class: "lead"}, advice(first)) : "";
  detail.replaceChildren(top, lead, ...[strip(asset)].filter(Boolean), overlays(asset), pair, ...[timeline(asset)].filter(Boolean),
    make("div", {class: "columns"}, left, feed(asset) || ""));
  detail.scrollTop = 0;
  showSlide();
  redraw();
}

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
    by("skipped").lastElementChild.replaceChildren(...ABOUT.skipped.map((s) => make("li", {}, `${s.path}: ${told(s, "reason")}`)));
  }
  if (ABOUT.pre_check) {
    by("pre_check").hidden = false;
    by("pre_check").textContent = say("pre_check", {note: told(ABOUT.pre_check, "note"),
      list: told(ABOUT.pre_check, "for_a_person").join(state.language === "zh" ? "；" : "; ")});
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
    ...findings.map((f) => make("p", {}, say("said_of", {what: say(f.severity), words: advice(f)}))),
    ...grouped(unchecked).map((n) => make("p", {}, say("said_of", {what: `${say("not_checked")} ${n.codes.join(", ")}`, words: told(n, "reason")}))),
    make("p", {}, (told(asset.entry, "actions") || []).join("; "))));
}
addEventListener("beforeprint", () => { by("print").hidden = false; by("print").replaceChildren(...state.visible.map(sheet)); });
addEventListener("afterprint", () => { by("print").hidden = true; by("print").replaceChildren(); });

words();
if (!location.hash && !isNarrow() && state.visible.length) state.chosen = state.visible[0].number;
if (location.hash) route(); else { mark(); show(); }
performance.mark("listed");
