"""Phones, their places in a word, their probability densities (pdfs) and Kaldi's transition numbers.

Each phone has one emitting state with two pdfs: its first frame, and the rest (silence and non-speech have
one). A phone has an id for each place in a word (_B begin, _I internal, _E end, _S single); all share pdfs.
"""

from dataclasses import dataclass

SILENCE_ID, NONSPEECH_ID = 1, 2
_PLACES = ("B", "E", "I", "S")
_BOUNDARY = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}


@dataclass(frozen=True, slots=True)
class Transitions:
    """The numbering of a set of phones, in their order."""

    phones: tuple[str, ...]

    @property
    def pdfs(self) -> int:
        """How many outputs the network has: silence, non-speech, and two a phone."""
        return 2 + 2 * len(self.phones)

    def pdf(self, phone: str, first: bool) -> int:
        """Return the pdf of a phone's first frame or of its rest."""
        return 2 + 2 * self.phones.index(phone) + (0 if first else 1)

    def placed(self, word: tuple[str, ...], index: int) -> int:
        """Return the id of a word's phone in its place."""
        last = len(word) - 1
        place = 3 if last == 0 else 0 if index == 0 else 1 if index == last else 2
        return 3 + 4 * self.phones.index(word[index]) + place

    def tuples(self) -> list[tuple[int, int, int]]:
        """Return (phone id, forward pdf, self-loop pdf), sorted by id, as Kaldi's transition model lists them."""
        rows = [(SILENCE_ID, 0, 0), (NONSPEECH_ID, 1, 1)]
        for phone in self.phones:
            for place in range(4):
                rows.append((len(rows) + 1, self.pdf(phone, True), self.pdf(phone, False)))
                assert rows[-1][0] == 3 + 4 * self.phones.index(phone) + place
        return rows

    @staticmethod
    def self_loop(phone: int) -> int:
        """Return the transition number of staying in a phone id."""
        return 2 * (phone - 1) + 1

    @staticmethod
    def forward(phone: int) -> int:
        """Return the transition number of entering a phone id (Kaldi's reordered form)."""
        return 2 * (phone - 1) + 2

    def word_boundaries(self) -> str:
        """Return `word_boundary.int`."""
        lines = [f"{SILENCE_ID} nonword", f"{NONSPEECH_ID} nonword"]
        for index in range(len(self.phones)):
            lines += [f"{3 + 4 * index + place} {_BOUNDARY[name]}" for place, name in enumerate(_PLACES)]
        return "\n".join(lines) + "\n"

    def names(self) -> str:
        """Return `phones.txt`."""
        names = ["<eps>", "SIL", "NSN", *(f"{phone}_{place}" for phone in self.phones for place in _PLACES)]
        return "".join(f"{name} {index}\n" for index, name in enumerate(names))
