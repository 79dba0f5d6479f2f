// The time axis: which seconds are in view, where the cursor is, and what a pointer does. What is on it is drawn by
// `lanes.js` (clocks, bands, events, ruler), `waves.js` and `spectrum.js`.

import { clock } from "../words.js";
import { drawBands, drawClocks, drawFlags, drawRuler } from "./lanes.js";
import { Spectrum } from "./spectrum.js";
import { Waves } from "./waves.js";

const CLOSEST = 1; // seconds that the axis shows at the closest
const CLICK = 4; // pixels by which a pointer may slip and still click

export class Axis {
  constructor(box, call, { seek, loop }) {
    this.call = call;
    this.seek = seek;
    this.loop = loop;
    const find = (selector) => box.querySelector(selector);
    this.names = find(".names");
    this.plot = find("#plot");
    this.parts = Object.fromEntries(["clocks", "bands", "flags", "ruler"].map((id) => [id, find(`#${id}`)]));
    this.canvases = { heard: find("#heard"), said: find("#said-wave"), spectrum: find("#spectrum") };
    this.cursor = find("#cursor");
    this.spanBox = find("#span");
    this.tip = find("#tip");
    this.overview = find("#overview");
    this.window = this.overview.querySelector(".window");
    this.at = 0;
    this.span = null;
    this.whole();
    this.waves = new Waves(call, () => this.draw());
    this.spectrum = new Spectrum(call, () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.plot);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.#pointer();
    this.#overviewPointer();
    this.draw();
  }

  get length() {
    return Math.max(this.call.seconds, CLOSEST);
  }

  whole() {
    this.from = 0;
    this.to = this.length;
  }

  x(at) {
    return ((at - this.from) / (this.to - this.from)) * this.plot.clientWidth;
  }

  instant(x) {
    return this.from + (x / this.plot.clientWidth) * (this.to - this.from);
  }

  setCall(call) {
    const all = this.from === 0 && this.to >= this.length;
    this.call = call;
    if (all) this.whole();
    this.waves.setCall(call);
    this.spectrum.setCall(call);
    this.draw();
  }

  setTime(at, playing) {
    this.at = at;
    if (playing && (at > this.to || at < this.from)) this.#look(at, at + (this.to - this.from));
    this.#moveCursor();
  }

  setLoop(span) {
    this.span = span;
    this.#moveCursor();
  }

  showAll() {
    this.#look(0, this.length);
  }

  // Around the cursor if it is in view, else around the middle.
  zoom(factor, around) {
    const inside = this.at >= this.from && this.at <= this.to;
    const centre = around ?? (inside ? this.at : (this.from + this.to) / 2);
    const share = (centre - this.from) / (this.to - this.from);
    const width = Math.min(this.length, Math.max(CLOSEST, (this.to - this.from) * factor));
    this.#look(centre - share * width, centre + (1 - share) * width);
  }

  reveal(at) {
    if (at < this.from || at > this.to) this.#look(at - (this.to - this.from) / 2, at + (this.to - this.from) / 2);
  }

  #look(from, to) {
    const width = Math.min(this.length, to - from);
    this.from = Math.min(Math.max(0, from), this.length - width);
    this.to = this.from + width;
    this.draw();
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.#draw();
    });
  }

  #draw() {
    if (!this.plot.clientWidth) return;
    drawClocks(this.parts.clocks, this);
    drawBands(this.parts.bands, this);
    drawFlags(this.parts.flags, this);
    drawRuler(this.parts.ruler, this);
    this.waves.draw(this.canvases.heard, 0, this);
    this.waves.draw(this.canvases.said, 1, this);
    this.waves.drawWhole(this.overview.querySelector("canvas"), this.length);
    this.spectrum.draw(this.canvases.spectrum, this);
    this.window.style.left = `${(this.from / this.length) * 100}%`;
    this.window.style.width = `${((this.to - this.from) / this.length) * 100}%`;
    this.#moveCursor();
    const lanes = { clocks: this.parts.clocks, bands: this.parts.bands, heard: this.canvases.heard, spectrum: this.canvases.spectrum, said: this.canvases.said, flags: this.parts.flags };
    for (const name of this.names.children) {
      const lane = lanes[name.dataset.lane].getBoundingClientRect();
      name.hidden = lane.height < 8;
      name.style.top = `${lane.top + lane.height / 2 - this.plot.getBoundingClientRect().top}px`;
    }
  }

  #moveCursor() {
    this.cursor.style.transform = `translateX(${this.x(this.at)}px)`;
    this.cursor.dataset.at = this.at.toFixed(3);
    this.spanBox.hidden = !this.span;
    if (this.span) {
      this.spanBox.style.left = `${this.x(this.span[0])}px`;
      this.spanBox.style.width = `${this.x(this.span[1]) - this.x(this.span[0])}px`;
    }
  }

  #pointer() {
    let down = null;
    const where = (event) => event.clientX - this.plot.getBoundingClientRect().left;
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      down = where(event);
      this.plot.setPointerCapture(event.pointerId);
    });
    this.plot.addEventListener("pointermove", (event) => {
      const x = where(event);
      this.#tell(x, event.pointerType);
      if (down !== null && event.pointerType === "mouse" && Math.abs(x - down) > CLICK) {
        this.setLoop([this.instant(Math.min(x, down)), this.instant(Math.max(x, down))]);
      }
    });
    this.plot.addEventListener("pointerup", (event) => {
      if (down === null) return;
      const x = where(event);
      if (event.pointerType !== "mouse" || Math.abs(x - down) <= CLICK) this.seek(this.instant(x));
      else this.loop(Math.max(0, this.instant(Math.min(x, down))), Math.min(this.length, this.instant(Math.max(x, down))));
      down = null;
    });
    this.plot.addEventListener("pointercancel", () => (down = null));
    this.plot.addEventListener("pointerleave", () => (this.tip.hidden = true));
    this.plot.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(event.deltaY / 300), this.instant(where(event)));
      else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && this.to - this.from < this.length) {
        const by = (event.deltaX / this.plot.clientWidth) * (this.to - this.from);
        this.#look(this.from + by, this.to + by);
      } else return;
      event.preventDefault();
    }, { passive: false });
  }

  // What is under the pointer: the band, and events within a few pixels.
  #tell(x, pointer) {
    const at = this.instant(x);
    if (pointer !== "mouse" || at < 0) return (this.tip.hidden = true);
    const near = (5 / this.plot.clientWidth) * (this.to - this.from);
    const lines = [clock(at, 2)];
    const band = this.call.bands.find(([start, end]) => at >= start && at < end);
    if (band) lines.push(band[4] ? `${band[3]}: ${band[4].length > 60 ? band[4].slice(0, 60) + "…" : band[4]}` : band[3]);
    for (const flag of this.call.flags) if (Math.abs(flag[0] - at) < near) lines.push(`${clock(flag[0], 2)} ${flag[4]}`);
    this.tip.replaceChildren(...lines.slice(0, 6).flatMap((line, n) => (n ? [document.createElement("br"), line] : [line])));
    this.tip.hidden = false;
    const room = this.plot.clientWidth - this.tip.offsetWidth - 12;
    this.tip.style.left = `${x + 14 > room ? Math.max(0, x - this.tip.offsetWidth - 14) : x + 14}px`;
    return undefined;
  }

  #overviewPointer() {
    let grabbed = false;
    const go = (event) => {
      const box = this.overview.getBoundingClientRect();
      const centre = ((event.clientX - box.left) / box.width) * this.length;
      const width = this.to - this.from;
      if (width >= this.length - 1e-6) this.seek(centre);
      else this.#look(centre - width / 2, centre + width / 2);
    };
    this.overview.addEventListener("pointerdown", (event) => {
      grabbed = true;
      this.overview.setPointerCapture(event.pointerId);
      go(event);
    });
    this.overview.addEventListener("pointermove", (event) => grabbed && go(event));
    for (const kind of ["pointerup", "pointercancel"]) this.overview.addEventListener(kind, () => (grabbed = false));
  }
}
