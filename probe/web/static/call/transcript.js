// The conversation follows the audio: the word that is spoken now is marked, its turn is kept in view.

export class Transcript {
  constructor(list, follow) {
    this.list = list;
    this.follow = follow;
    this.read();
  }

  // Reads the turns and words that are there now; called again when they changed.
  read() {
    const numbers = (nodes, start, end) =>
      [...nodes].map((node) => ({ node, start: Number(node.dataset[start]), end: Number(node.dataset[end]) }));
    this.words = numbers(this.list.querySelectorAll(".words [data-at]"), "at", "end").sort((a, b) => a.start - b.start);
    this.turns = numbers(this.list.querySelectorAll(":scope > [data-start]"), "start", "end");
    this.word = this.turn = null;
  }

  setTime(at) {
    const word = this.words[lastBefore(this.words, at)];
    const spoken = word && at < word.end + 0.05 ? word.node : null;
    if (spoken !== this.word) {
      this.word?.classList.remove("now");
      spoken?.classList.add("now");
      this.word = spoken;
    }
    const turn = this.turns[lastBefore(this.turns, at)]?.node ?? null;
    if (turn !== this.turn) {
      this.turn?.classList.remove("active");
      turn?.classList.add("active");
      this.turn = turn;
      if (turn && this.follow.checked) this.#keepInView(turn);
    }
  }

  // Where the word or turn before or after an instant begins; null when there is none.
  step(kind, at, by) {
    const items = this[kind];
    const here = lastBefore(items, at);
    const current = items[here];
    const aim = by < 0 && current && at > current.start + 0.4 ? here : here + by;
    return items[aim]?.start ?? null;
  }

  // Only the list scrolls, never the page; a list that is not its own scroller is left alone.
  #keepInView(turn) {
    const list = this.list;
    if (list.scrollHeight <= list.clientHeight) return;
    const top = turn.offsetTop - list.clientHeight / 3;
    if (turn.offsetTop < list.scrollTop || turn.offsetTop + turn.offsetHeight > list.scrollTop + list.clientHeight * 0.8) list.scrollTop = top;
  }
}

function lastBefore(items, at) {
  let low = 0, high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].start <= at + 1e-3) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
