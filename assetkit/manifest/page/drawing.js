"use strict";
// What is drawn over pictures, in display pixels of the source: SVG whose strokes keep their width at any size.
const SVG = "http://www.w3.org/2000/svg";
// overlay -> may it be drawn over the source, over the result
const OVERLAYS = {
  window: "source", text: "source", faces: "source", bars: "source", exempt: "source", others: "source",
  found_boxes: "result", grid: "both", guide916: "both", guide34: "both",
};

function shape(name, attributes, kind) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.setAttribute("class", `over ${kind}`);
  return made;
}

function rectangle(box, kind) {
  return shape("rect", {x: box.left, y: box.top, width: box.width, height: box.height}, kind);
}

// where the window of a clip stands at a time of the source, as its plan says
function windowAt(plan, time) {
  const frames = plan.windows;
  if (!frames.length) return plan.window;
  let at = 0;
  while (at + 1 < frames.length && frames[at + 1].time <= time) at += 1;
  const [here, next] = [frames[at], frames[at + 1]];
  const box = here.move === "linear" && next
    ? here.box.map((v, i) => v + (next.box[i] - v) * Math.max(0, time - here.time) / (next.time - here.time))
    : here.box;
  return {left: box[0], top: box[1], width: box[2], height: box[3]};
}

// the largest box of a ratio in the middle of another
function guide(within, across, down) {
  const width = Math.min(within.width, within.height * across / down);
  const height = width * down / across;
  return {left: within.left + (within.width - width) / 2, top: within.top + (within.height - height) / 2, width, height};
}

function gridLines(box) {
  const lines = [];
  for (let n = 1; n < 5; n += 1) {
    const [x, y] = [box.left + box.width * n / 5, box.top + box.height * n / 5];
    lines.push(shape("line", {x1: x, y1: box.top, x2: x, y2: box.top + box.height}, "grid"));
    lines.push(shape("line", {x1: box.left, y1: y, x2: box.left + box.width, y2: y}, "grid"));
  }
  return [rectangle(box, "grid"), ...lines];
}

// the lines of text of the sampled frame that is nearest to a time; all of them in a still
function regionsAt(regions, time) {
  const times = regions.map((r) => r.time_seconds).filter((t) => t !== null);
  if (!times.length) return regions;
  const nearest = times.reduce((best, t) => Math.abs(t - time) < Math.abs(best - time) ? t : best);
  return Math.abs(nearest - time) > 1.5 ? [] : regions.filter((r) => r.time_seconds === nearest);
}

// what findings point at, in pixels of what was judged: shown there only, and in a clip only when it is seen
function foundBoxes(entry, time) {
  const isMade = entry.outputs.some((made) => made.role === "main");
  if (!isMade && entry.plan && entry.plan.padding !== "none") return []; // the planned picture is drawn without it
  const seen = entry.findings.filter((f) => !f.seconds || (time >= f.seconds[0] - 0.5 && time <= f.seconds[1] + 0.5));
  return seen.flatMap((f) => f.boxes.map((box) => {
    const drawn = rectangle(box, "found_boxes");
    drawn.appendChild(document.createElementNS(SVG, "title")).textContent = told(f, "message");
    return drawn;
  }));
}

const ON_SOURCE = {
  window(entry, size, time) {
    if (!entry.plan) return [];
    const {left, top, width, height} = windowAt(entry.plan, time);
    const hole = `M0 0H${size.width}V${size.height}H0ZM${left} ${top}v${height}h${width}v${-height}Z`;
    const dimmed = shape("path", {d: hole, "fill-rule": "evenodd"}, "outside");
    return [dimmed, rectangle({left, top, width, height}, "window")];
  },
  text(entry, size, time) {
    const measured = entry.measurements;
    return regionsAt((measured && measured.text_regions) || [], time).map((region) => {
      const drawn = shape("polygon", {points: region.polygon.map((p) => p.join(",")).join(" ")}, "text");
      if (region.text) drawn.appendChild(document.createElementNS(SVG, "title")).textContent = region.text;
      return drawn;
    });
  },
  faces: (entry) => ((entry.measurements && entry.measurements.faces) || []).map((box) => rectangle(box, "faces")),
  bars(entry) {
    const box = entry.measurements && entry.measurements.content;
    return box ? [rectangle(box, "bars")] : [];
  },
  exempt: (entry) => ((entry.measurements && entry.measurements.exempt) || []).map((box) => rectangle(box, "exempt")),
  others: (entry) => ((entry.plan && entry.plan.alternatives) || []).map((other) => rectangle(other.window, "others")),
};

function drawing(entry, size, chosen, time, isSource) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const whole = {left: 0, top: 0, width: size.width, height: size.height};
  const delivered = isSource && entry.plan ? windowAt(entry.plan, time) : whole;
  for (const name of Object.keys(OVERLAYS)) {
    if (!chosen.has(name) || OVERLAYS[name] === (isSource ? "result" : "source")) continue;
    let shapes = [];
    if (name === "found_boxes") shapes = foundBoxes(entry, time);
    else if (name === "grid") shapes = gridLines(delivered);
    else if (name === "guide916") shapes = [rectangle(guide(whole, 9, 16), "guide916")];
    else if (name === "guide34") shapes = [rectangle(guide(whole, 3, 4), "guide34")];
    else shapes = ON_SOURCE[name](entry, size, time);
    svg.append(...shapes);
  }
  return svg;
}
