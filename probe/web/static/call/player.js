// The audio: where it is, how fast, which side, and a span that repeats.

const AHEAD = 0.005; // seconds; lands inside the word that was asked for and not before it

export class Player {
  constructor(audio, call) {
    this.audio = audio;
    this.call = call;
    this.onTime = this.onState = this.onLoop = () => {};
    this.span = null;
    this.wanted = 0;
    audio.addEventListener("loadedmetadata", () => this.#arrive()); // before anything takes note of where it is
    for (const kind of ["play", "pause", "ended"]) audio.addEventListener(kind, () => this.#changed());
    for (const kind of ["seeking", "seeked", "timeupdate", "loadedmetadata"]) audio.addEventListener(kind, () => this.#tick());
    audio.addEventListener("error", () => this.#again());
  }

  get playing() {
    return !this.audio.paused && !this.audio.ended;
  }

  get time() {
    return this.audio.readyState ? this.audio.currentTime : this.wanted;
  }

  toggle() {
    if (this.playing) this.audio.pause();
    else this.play();
  }

  play() {
    this.#newest();
    this.graph?.context.resume();
    this.audio.play().catch(() => this.#changed());
  }

  seek(at) {
    const target = Math.min(Math.max(0, at), this.call.seconds);
    this.wanted = target;
    if (this.span && (target < this.span[0] || target > this.span[1])) this.loop(null);
    if (!this.audio.readyState || (target > this.audio.duration && this.#newest(target))) this.onTime(target);
    else this.audio.currentTime = target ? target + AHEAD : 0;
  }

  setSpeed(speed) {
    this.audio.defaultPlaybackRate = speed; // which a newly loaded audio begins with
    this.audio.playbackRate = speed;
    this.audio.preservesPitch = true;
  }

  loop(from, to) {
    this.span = from === null || from === undefined ? null : [from, Math.max(to, from + 0.1)];
    if (this.span && (this.time < this.span[0] || this.time > this.span[1])) this.seek(this.span[0]);
    this.onLoop(this.span);
  }

  loopFrom() {
    this.loop(this.time, this.span && this.span[1] > this.time ? this.span[1] : this.call.seconds);
  }

  loopTo() {
    this.loop(this.span && this.span[0] < this.time ? this.span[0] : 0, this.time);
  }

  // Left is what was heard, right what was said; together they are played in the middle.
  setChannel(which) {
    if (!this.graph) {
      const context = new AudioContext();
      const source = context.createMediaElementSource(this.audio);
      const split = context.createChannelSplitter(2);
      const gains = [context.createGain(), context.createGain()];
      source.connect(split);
      gains.forEach((gain, side) => {
        split.connect(gain, side);
        gain.connect(context.destination);
      });
      this.graph = { context, gains };
    }
    this.graph.context.resume();
    this.graph.gains[0].gain.value = which === "said" ? 0 : 1;
    this.graph.gains[1].gain.value = which === "heard" ? 0 : 1;
  }

  // A running call's audio has grown since it was loaded; what is loaded goes on until it is paused.
  setCall(call) {
    this.call = call;
    if (!this.playing) this.onTime(this.time);
  }

  // Loads what the call's audio is by now, if that is more than what was loaded, and says whether it was.
  #newest(at = this.time) {
    if (!this.call.audio) return false;
    const source = `/calls/${encodeURIComponent(this.call.name)}/files/call.wav?v=${this.call.audio}`;
    const now = new URL(this.audio.src || "about:blank", location.href);
    if (now.pathname + now.search === source) return false;
    this.wanted = at;
    this.audio.src = source;
    return true;
  }

  #arrive() {
    if (this.wanted && Math.abs(this.audio.currentTime - this.wanted) > AHEAD * 2) this.audio.currentTime = this.wanted + AHEAD;
  }

  #again() {
    if (this.call.running && this.playing) this.play();
  }

  #changed() {
    this.onState();
    if (this.playing && !this.drawing) {
      const draw = () => {
        this.#tick();
        this.drawing = this.playing ? requestAnimationFrame(draw) : 0;
      };
      this.drawing = requestAnimationFrame(draw);
    }
  }

  #tick() {
    const at = this.audio.currentTime;
    if (this.audio.readyState) this.wanted = at;
    if (this.span && this.playing && at >= this.span[1]) this.audio.currentTime = this.span[0];
    this.onTime(this.time);
  }
}
