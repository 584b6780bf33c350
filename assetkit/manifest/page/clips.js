"use strict";
// What only clips have, a timeline and a cover, and how an asset looks in a feed.
const LANES = ["hook", "black", "frozen", "flashes", "silence", "clipped", "damaged", "text", "cover", "shot", "move"];
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
