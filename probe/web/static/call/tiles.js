// Pieces of what a call sounds like, fetched at the resolution that the view needs, and remembered. While the audio grows,
// the pieces of before are shown until the new ones are there.

export class Tiles {
  // fetchPiece promises the piece at an address; atOnce: pieces remembered.
  constructor(kind, atOnce, fetchPiece, redraw) {
    Object.assign(this, { kind, atOnce, fetchPiece, redraw, pieces: new Map() });
  }

  setCall(call) {
    if (this.call?.audio !== call.audio) {
      this.stale = this.pieces;
      this.pieces = new Map();
    }
    this.call = call;
  }

  // The piece, or what there is in its place until it has come.
  at(level, number) {
    const key = `${level}/${number}`;
    if (!this.pieces.has(key)) {
      if (this.pieces.size > this.atOnce) this.pieces.clear();
      const pieces = this.pieces;
      pieces.set(key, this.stale?.get(key) ?? null);
      this.fetchPiece(`/api/calls/${encodeURIComponent(this.call.name)}/${this.kind}/${this.call.audio}/${key}`)
        .then((piece) => {
          if (pieces !== this.pieces) return;
          pieces.set(key, piece);
          this.redraw();
        })
        .catch(() => pieces.delete(key));
    }
    return this.pieces.get(key);
  }
}
