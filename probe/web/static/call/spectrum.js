// The spectrogram: pictures of 512 columns, fetched at the resolution that the view needs and stretched to it.

import { sized } from "./waves.js";

const HOPS = [80, 640, 5120]; // samples in a column of each level
const COLUMNS = 512;
const RATE = 8000;
const AT_ONCE = 48; // pictures remembered

export class Spectrum {
  constructor(call, redraw) {
    this.redraw = redraw;
    this.pictures = new Map();
    this.setCall(call);
  }

  setCall(call) {
    if (this.call?.audio !== call.audio) {
      this.stale = this.pictures;
      this.pictures = new Map();
    }
    this.call = call;
  }

  #picture(level, number) {
    const key = `${level}/${number}`;
    if (!this.pictures.has(key)) {
      if (this.pictures.size > AT_ONCE) this.pictures.clear();
      const picture = new Image();
      const version = this.call.audio;
      this.pictures.set(key, this.stale?.get(key) ?? null);
      picture.onload = () => {
        if (version !== this.call.audio) return;
        this.pictures.set(key, picture);
        this.redraw();
      };
      picture.src = `/api/calls/${encodeURIComponent(this.call.name)}/spectrogram/${version}/${key}.png`;
    }
    return this.pictures.get(key);
  }

  draw(canvas, axis) {
    const context = sized(canvas);
    if (!this.call.audio) return;
    const perPixel = ((axis.to - axis.from) * RATE) / canvas.clientWidth;
    let level = HOPS.length - 1;
    while (level > 0 && HOPS[level] > perPixel * 1.5) level -= 1;
    const seconds = (COLUMNS * HOPS[level]) / RATE;
    const end = Math.min(axis.to, this.call.seconds);
    for (let n = Math.floor(axis.from / seconds); n * seconds < end; n++) {
      const picture = this.#picture(level, n);
      if (picture) context.drawImage(picture, axis.x(n * seconds), 0, axis.x((n + 1) * seconds) - axis.x(n * seconds), canvas.clientHeight);
    }
  }
}
