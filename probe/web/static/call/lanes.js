// What is on the axis besides sound: clocks as brackets, segments as bands, events and actions as flags, the ruler.

import { clock, tr } from "../words.js";

const SPACE = "http://www.w3.org/2000/svg";
const measure = document.createElement("canvas").getContext("2d");
const ROW = 18; // pixels of a row of brackets
const FLAG = 19; // pixels of a row of flags
const FLAG_ROWS = 4;

function svg(name, attributes = {}, ...inside) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function widthOf(text, size) {
  measure.font = `600 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return measure.measureText(text).width;
}

// The first row in which something fits from `left` to `right`; `rows` holds where each row is taken up to.
function rowFor(rows, left, right, most) {
  let row = rows.findIndex((taken) => taken <= left);
  if (row < 0) row = rows.length;
  if (row >= most) return -1;
  rows[row] = right;
  return row;
}

export function drawClocks(box, axis) {
  const width = axis.plot.clientWidth;
  const rows = [];
  const shown = [];
  for (const [start, end, label, name] of [...axis.call.brackets].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (end < axis.from || start > axis.to) continue;
    const x0 = axis.x(start), x1 = axis.x(end);
    const text = `${label} ${(end - start).toFixed(1)} ${tr("s", "秒")}`;
    const wide = widthOf(text, 11) + 8;
    const left = Math.max(0, x0), right = Math.min(width, x1);
    const inside = right - left > wide + 8;
    // Beside the bracket if it is too short for its name: behind it, or before it at the far end.
    const behind = !inside && x1 + wide > width;
    const row = rowFor(rows, behind ? x0 - wide : x0, inside ? x1 + 2 : behind ? x1 + 2 : x1 + wide, 20);
    const y = row * ROW + 9;
    const gap = inside ? `H${(left + right - wide) / 2}M${(left + right + wide) / 2} ${y}` : "";
    const middle = inside ? (left + right) / 2 : behind ? x0 - 4 : x1 + 4;
    shown.push(svg("g", { class: `bracket${name === "answered_to_human" ? " chief" : ""}` },
      svg("path", { d: `M${x0} ${y + 5}V${y - 5}M${x0} ${y}${gap}H${x1}M${x1} ${y + 5}V${y - 5}` }),
      svg("text", { x: middle, y: y + 4, "text-anchor": inside ? "middle" : behind ? "end" : "start" }, text)));
  }
  box.replaceChildren(...shown);
  box.style.height = `${rows.length ? rows.length * ROW + 4 : 0}px`;
}

export function drawBands(box, axis) {
  const width = axis.plot.clientWidth;
  const shown = [];
  for (const [start, end, tone, label, text] of axis.call.bands) {
    if (end < axis.from || start > axis.to) continue;
    const x0 = Math.max(-2, axis.x(start)), x1 = Math.min(width + 2, axis.x(end));
    const band = svg("g", { class: `band tone-${tone}` },
      svg("rect", { x: x0, y: 0, width: Math.max(1, x1 - x0), height: 30 }),
      svg("rect", { class: "edge", x: x0, y: 27, width: Math.max(1, x1 - x0), height: 3 }));
    const full = text ? `${label} · ${text}` : label;
    const room = Math.min(x1, width) - Math.max(x0, 0) - 10;
    const fits = fitting(room >= 60 ? full : label, room);
    if (fits) band.append(svg("text", { x: Math.max(x0, 0) + 5, y: 18 }, fits));
    shown.push(band);
  }
  box.replaceChildren(...shown);
}

function fitting(text, room) {
  if (room < 14) return "";
  const wide = widthOf(text, 11.5);
  if (wide <= room) return text;
  const most = Math.floor((text.length * room) / wide) - 1;
  return most >= 3 ? `${text.slice(0, most)}…` : "";
}

export function drawFlags(box, axis) {
  const width = axis.plot.clientWidth;
  const lines = [], boxes = [];
  // What matters most finds room first.
  const weight = ([, kind, side]) => (kind === "human_answered" ? 0 : side === "caller" ? 1 : kind === "menu_option" ? 3 : 2);
  const placed = [];
  const inView = axis.call.flags.filter(([at]) => at >= axis.from && at <= axis.to);
  for (const flag of [...inView].sort((a, b) => weight(a) - weight(b) || a[0] - b[0])) {
    const [at, kind, side, short] = flag;
    const x = axis.x(at);
    const wide = widthOf(short, 11.5) + 10;
    const left = x + wide > width ? x - wide : x;
    let row = -1;
    for (let n = 0; n < FLAG_ROWS && row < 0; n++) {
      if (!placed.some((other) => other.row === n && left < other.right + 3 && left + wide > other.left - 3)) row = n;
    }
    const group = svg("g", { class: `flag ${side} ${kind}` });
    group.append(svg("line", { x1: x, x2: x, y1: 0, y2: row < 0 ? FLAG : row * FLAG + FLAG - 2 }));
    lines.push(group);
    if (row < 0) continue;
    placed.push({ row, left, right: left + wide });
    boxes.push(svg("g", { class: `flag ${side} ${kind}` },
      svg("rect", { x: left, y: row * FLAG + 2, width: wide, height: FLAG - 3, rx: 4 }),
      svg("text", { x: left + 5, y: row * FLAG + 14 }, short)));
  }
  box.replaceChildren(...lines, ...boxes);
  box.style.height = `${(1 + Math.max(1, ...placed.map(({ row }) => row))) * FLAG + 4}px`;
}

export function drawRuler(box, axis) {
  const wanted = (axis.to - axis.from) / Math.max(2, axis.plot.clientWidth / 90);
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((s) => s >= wanted) ?? 900;
  const shown = [];
  for (let n = Math.ceil(axis.from / step); n * step <= axis.to; n++) {
    const x = axis.x(n * step);
    shown.push(svg("g", { class: "tick" }, svg("line", { x1: x, x2: x, y1: 0, y2: 5 }),
      svg("text", { x: Math.min(x + 3, axis.plot.clientWidth - 30), y: 14 }, clock(n * step, step < 1 ? 1 : 0))));
  }
  box.replaceChildren(...shown);
}
