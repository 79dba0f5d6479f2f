"""The decoding graph (HCLG), written directly, without OpenFst.

States of the graph are of four kinds:

- the core of a history: where the next word begins; it is final with the cost of the sentence's end;
- the states of a word's phones, one a phone: the forward transition enters it, its self-loop stays. A word
  leading to the same history is drawn once, whatever came before it;
- the tree of all words, entered by backing off to no history, with costs pushed towards its root;
- silence between words, at histories of at most one word; non-speech at the sentence's edges and with no history.

Phones know their place in the word (_B, _I, _E, or _S for all of it): from that alone Vosk finds word times.
"""

import struct
from dataclasses import dataclass, field
from math import inf, log

from probe.speech.train.language_model import BEGIN, History, LanguageModel
from probe.speech.train.transitions import NONSPEECH_ID, SILENCE_ID, Transitions

_SILENCE_COST, _NONSPEECH_COST = 1.6, 4.0  # natural logarithms; guessed
Readings = dict[str, list[tuple[tuple[str, ...], float]]]


@dataclass(slots=True)
class Graph:
    """States with their final costs and arcs (input, output, cost, next state)."""

    final: list[float] = field(default_factory=list)
    arcs: list[list[tuple[int, int, float, int]]] = field(default_factory=list)

    def state(self, final: float = inf) -> int:
        """Add a state and return its number."""
        self.final.append(final)
        self.arcs.append([])
        return len(self.arcs) - 1

    def write(self, start: int) -> bytes:
        """Return the graph as an OpenFst vector FST over the standard arc type."""
        header = struct.pack("<i", 2125659606)
        for name in (b"vector", b"standard"):
            header += struct.pack("<i", len(name)) + name
        arcs = sum(map(len, self.arcs))
        header += struct.pack("<iiQqqq", 2, 0, 3, start, len(self.arcs), arcs)
        body = bytearray(header)
        for final, leaving in zip(self.final, self.arcs, strict=True):
            body += struct.pack("<fq", final, len(leaving))
            for arc in leaving:
                body += struct.pack("<iifi", *arc)
        return bytes(body)


def draw(model: LanguageModel, readings: Readings, words: dict[str, int], transitions: Transitions) -> bytes:
    """Return `HCLG.fst` for a language model, the words' readings and numbers, and the phones' transitions."""
    graph = Graph()
    drawing = _Drawing(graph, model, readings, words, transitions)
    cores = drawing.cores
    for history in cores:
        drawing.histories(history)
    drawing.tree()
    return graph.write(cores[(BEGIN,)])


class _Drawing:
    def __init__(
        self, graph: Graph, model: LanguageModel, readings: Readings, words: dict[str, int], transitions: Transitions
    ) -> None:
        self.graph, self.model, self.readings, self.words, self.transitions = graph, model, readings, words, transitions
        self.cores: dict[History, int] = {history: graph.state(model.end[history]) for history in model.next_words}
        self._silences: dict[History, int] = {}
        self._words: dict[tuple[tuple[str, ...], str, History], int] = {}

    def histories(self, history: History) -> None:
        """Draw everything that may follow a history, but the tree."""
        core = self.cores[history]
        leaving = self.graph.arcs[core]
        if history:
            leaving.append((0, 0, self.model.backoff[history], self.cores[self._shorter(history)]))
            for word, cost in self.model.next_words[history].items():
                after = self.model.after(history, word)
                for phones, probability in self.readings.get(word, ()):
                    entry, first = self._word(phones, word, after)
                    leaving.append((entry, 0, cost - log(probability), first))
        # After two words, silence shortens the history: a silence state a pair would double the graph.
        silence, entry = self._silence(history if len(history) < 2 else self._shorter(history))
        leaving.append((entry, 0, _SILENCE_COST, silence))
        if history in ((), (BEGIN,)):
            self._filler(core, NONSPEECH_ID, _NONSPEECH_COST)

    def tree(self) -> None:
        """Draw all words as a prefix tree at the core of no history."""
        tree: dict[object, object] = {}
        costs = self.model.next_words[()]
        for word, cost in costs.items():
            for phones, probability in self.readings.get(word, ()):
                node = tree
                for index in range(len(phones)):
                    node = node.setdefault(self.transitions.placed(phones, index), {})  # type: ignore[assignment]
                node.setdefault(None, []).append((word, cost - log(probability)))  # type: ignore[attr-defined]
        self._branch(tree, self.cores[()], 0.0)

    def _branch(self, node: dict[object, object], state: int, paid: float) -> None:
        for key, below in node.items():
            if key is None:
                for word, cost in below:  # type: ignore[attr-defined]
                    target = self.cores[self.model.after((), word)]
                    self.graph.arcs[state].append((0, self.words[word], cost - paid, target))
            else:
                best = _least(below)
                child, entry = self._phone(key)  # type: ignore[arg-type]
                self.graph.arcs[state].append((entry, 0, best - paid, child))
                self._branch(below, child, best)  # type: ignore[arg-type]

    def _word(self, phones: tuple[str, ...], word: str, after: History) -> tuple[int, int]:
        """Return the transition into a word's first phone and that phone's state, drawing the word if it is new."""
        entry = self.transitions.forward(self.transitions.placed(phones, 0))
        key = phones, word, after
        if key not in self._words:
            state = -1
            for index in range(len(phones)):
                new, forward = self._phone(self.transitions.placed(phones, index))
                if state < 0:
                    self._words[key] = new
                else:
                    self.graph.arcs[state].append((forward, 0, 0.0, new))
                state = new
            self.graph.arcs[state].append((0, self.words[word], 0.0, self.cores[after]))
        return entry, self._words[key]

    def _phone(self, phone: int) -> tuple[int, int]:
        state = self.graph.state()
        self.graph.arcs[state].append((self.transitions.self_loop(phone), 0, 0.0, state))
        return state, self.transitions.forward(phone)

    def _silence(self, history: History) -> tuple[int, int]:
        if history not in self._silences:
            state, _ = self._phone(SILENCE_ID)
            self.graph.arcs[state].append((0, 0, 0.0, self.cores[history]))
            self._silences[history] = state
        return self._silences[history], self.transitions.forward(SILENCE_ID)

    def _filler(self, core: int, phone: int, cost: float) -> None:
        state, entry = self._phone(phone)
        self.graph.arcs[state].append((0, 0, 0.0, core))
        self.graph.arcs[core].append((entry, 0, cost, state))

    def _shorter(self, history: History) -> History:
        shorter = history[1:]
        return shorter if shorter in self.cores else ()


def _least(node: object) -> float:
    assert isinstance(node, dict)
    return min(min(cost for _, cost in below) if key is None else _least(below) for key, below in node.items())
