// The spectrogram: pictures of 512 columns, fetched at the resolution that the view needs and stretched to it.

import { Tiles } from "./tiles.js";
import { sized } from "./waves.js";

const HOPS = [80, 640, 5120]; // samples in a column of each level
const COLUMNS = 512;
const RATE = 8000;
const AT_ONCE = 48; // pictures remembered

export class Spectrum {
  constructor(call, redraw) {
    this.pictures = new Tiles("spectrogram", AT_ONCE, fetchPicture, redraw);
    this.setCall(call);
  }

  setCall(call) {
    this.call = call;
    this.pictures.setCall(call);
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
      const picture = this.pictures.at(level, n);
      if (picture) context.drawImage(picture, axis.x(n * seconds), 0, axis.x((n + 1) * seconds) - axis.x(n * seconds), canvas.clientHeight);
    }
  }
}

async function fetchPicture(address) {
  const picture = new Image();
  picture.src = `${address}.png`;
  await picture.decode();
  return picture;
}
