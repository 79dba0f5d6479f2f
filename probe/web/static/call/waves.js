// The waveform: bins of lowest and highest samples, fetched in tiles at the resolution that the view needs.

import { Tiles } from "./tiles.js";

const BINS = [40, 320, 2560]; // samples in a bin of each level
const TILE = 4096; // bins in a tile
const RATE = 8000;
const AT_ONCE = 64; // tiles remembered

export class Waves {
  constructor(call, redraw) {
    this.tiles = new Tiles("waveform", AT_ONCE, fetchBins, redraw);
    this.setCall(call);
  }

  setCall(call) {
    this.call = call;
    this.tiles.setCall(call);
  }

  draw(canvas, channel, axis) {
    const style = getComputedStyle(canvas);
    const context = sized(canvas);
    if (!this.call.audio) return;
    context.fillStyle = style.getPropertyValue(channel ? "--caller" : "--recording");
    this.#columns(context, canvas.clientWidth, canvas.clientHeight, channel, axis.from, axis.to);
  }

  drawWhole(canvas, length) {
    const context = sized(canvas);
    if (!this.call.audio) return;
    context.fillStyle = getComputedStyle(canvas).getPropertyValue("--silence");
    this.#columns(context, canvas.clientWidth, canvas.clientHeight, 0, 0, length);
  }

  #columns(context, width, height, channel, from, to) {
    const perPixel = ((to - from) * RATE) / width;
    let level = BINS.length - 1;
    while (level > 0 && BINS[level] > perPixel) level -= 1;
    const bin = BINS[level];
    const middle = height / 2;
    for (let x = 0; x < width; x++) {
      const first = Math.floor(((from + (x / width) * (to - from)) * RATE) / bin);
      const last = Math.max(first + 1, Math.floor(((from + ((x + 1) / width) * (to - from)) * RATE) / bin));
      let low = 0, high = 0, known = false;
      for (let n = first; n < last; n++) {
        const tile = this.tiles.at(level, Math.floor(n / TILE));
        const at = (n % TILE) * 4 + channel * 2;
        if (!tile || at + 1 >= tile.length) continue;
        known = true;
        if (tile[at] < low) low = tile[at];
        if (tile[at + 1] > high) high = tile[at + 1];
      }
      if (!known) continue;
      const top = middle - loud(high) * middle, bottom = middle + loud(-low) * middle;
      context.fillRect(x, top, 1, Math.max(1, bottom - top));
    }
  }
}

// Telephone speech is quiet: the square root shows it without making loud sounds leave the lane.
const loud = (value) => Math.sqrt(Math.min(1, Math.max(0, value) / 128)) * 0.96;

async function fetchBins(address) {
  const answer = await fetch(address);
  return new Int8Array(answer.ok ? await answer.arrayBuffer() : 0);
}

export function sized(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return context;
}
