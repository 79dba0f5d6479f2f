"""The training, step by step."""

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt
import torch

from probe.speech import mandarin
from probe.speech.train import kaldi_files, package
from probe.speech.train.graph import draw
from probe.speech.train.language_model import estimate
from probe.speech.train.lexicon import NONSPEECH, SILENCE, Lexicon, Phone, Segmenter, clause_phones
from probe.speech.train.network import fit
from probe.speech.train.recordings import takes
from probe.speech.train.templates import Templates, spoken_number
from probe.speech.train.transitions import Transitions

NAME, LANGUAGE = "zh-telephone", "zh"

_DRAWN_TEXT = 120  # sentences of each template in the language model
_DRAWN_SPEECH = 8  # sentences of each template that are spoken
_EXTRA_WEIGHT = 30.0  # of a text that must be known best, against a drawn sentence
_FILLED = 8  # fillings of a prompt with places
_GENERAL_WORDS, _GENERAL_HANZI = 12000, 4200
_RANDOM_SENTENCES = 4000  # of general words and figures, spoken so that every sound is heard everywhere
_RARE = 60  # frames: a phone heard less than that is counted as the same phone with another tone
_EPOCHS = 6
_PRIOR_FLOOR = 3e-4
_NONSPEECH_PRIOR = 5e-4  # far below its true share: keeps music from becoming words


class Figures(TypedDict):
    """What a training reports."""

    version: str
    megabytes: float
    words: int
    phones: int
    sentences: int
    hours: float
    frames_right: float


def run(to: Path, seed: int, extra_texts: Sequence[str], progress: Callable[[str, float], None]) -> Figures:
    """Train and write the model; see `train`."""
    torch.set_num_threads(1)  # sums in one order: the same model on any number of cores
    torch.use_deterministic_algorithms(True)
    rng = random.Random(seed)
    templates = Templates()
    segmenter = Segmenter([*templates.every_filling(), *templates.words()])
    general = segmenter.general_words(_GENERAL_WORDS, _GENERAL_HANZI)
    lexicon = Lexicon()

    extra_texts = [filled for text in extra_texts for filled in _filled(text, rng)]
    texts = list(templates.corpus(_DRAWN_TEXT, rng))
    spoken_texts = [
        *(text for text, _ in templates.corpus(_DRAWN_SPEECH, rng)),
        *templates.every_filling(),
        *_random_sentences(general, rng),
        *(text for text in extra_texts for _ in range(2)),
    ]
    rng.shuffle(spoken_texts)
    progress("words", 0.0)
    spoken = _read(spoken_texts, segmenter, lexicon)
    sentences = _word_sequences(texts, extra_texts, segmenter)
    vocabulary = sorted({word for words, _ in sentences for word in words} | {word for word, _ in general})
    lexicon.learn_alone(word for word in vocabulary if word not in lexicon)
    progress("words", 1.0)

    features, phones, first = _recorded(spoken, seed, lambda done: progress("speech", done))
    rename, names = _phone_set(phones)
    transitions = Transitions(names)
    labels = _labels(phones, first, rename, transitions)
    network, right = fit(features, labels, transitions.pdfs, _EPOCHS, seed, lambda done: progress("network", done))

    progress("graph", 0.0)
    readings = {word: found for word in vocabulary if (found := lexicon.readings(word, rename))}
    numbers = {word: index for index, word in enumerate(readings, start=1)}
    known = [(words, weight) for words, weight in sentences if all(word in readings for word in words)]
    model = estimate(known, ((word, count) for word, count in general if word in readings))
    graph = draw(model, readings, numbers, transitions)
    acoustic = kaldi_files.final_mdl(transitions, network.affines(), _priors(labels, transitions))
    words_txt = "".join(f"{word} {index}\n" for word, index in {"<eps>": 0, **numbers}.items())
    version = package.write(
        to, NAME, LANGUAGE, acoustic, graph, words_txt, transitions.names(), transitions.word_boundaries()
    )
    progress("graph", 1.0)
    return Figures(
        version=version,
        megabytes=round(sum(path.stat().st_size for path in to.rglob("*") if path.is_file()) / 1e6, 2),
        words=len(readings),
        phones=len(names),
        sentences=len(sentences),
        hours=round(len(features) / 360_000, 2),
        frames_right=round(right, 4),
    )


def _filled(text: str, rng: random.Random) -> list[str]:
    """Return a prompt as it is, or several times with numbers in its `{places}`."""
    if "{" not in text:
        return [text]
    return [re.sub(r"\{[^}]*\}", lambda _: spoken_number(rng.randint(1, 60), rng), text) for _ in range(_FILLED)]


def _read(texts: list[str], segmenter: Segmenter, lexicon: Lexicon) -> list[tuple[str, list[Phone]]]:
    """Return the texts that espeak-ng reads as Mandarin, with their phones; their words are learnt."""
    read = []
    for text in texts:
        phones = clause_phones(mandarin.readable(text))
        words = [word for clause in segmenter.clauses(text) for word in clause]
        if phones is not None and words and lexicon.learn(words, phones):
            read.append((text, phones))
    return read


def _word_sequences(
    texts: list[tuple[str, float]], extra_texts: Sequence[str], segmenter: Segmenter
) -> list[tuple[list[str], float]]:
    """Return whole sentences and their clauses as words, with weights; Vosk cuts at pauses, so clauses count too."""
    sequences: list[tuple[list[str], float]] = []
    for text, weight in [*texts, *((text, _EXTRA_WEIGHT) for text in extra_texts)]:
        clauses = segmenter.clauses(text)
        whole = [word for clause in clauses for word in clause]
        if whole:
            sequences.append((whole, weight))
        if len(clauses) > 1:
            sequences += [(clause, weight / 2) for clause in clauses]
    return sequences


def _random_sentences(general: list[tuple[str, int]], rng: random.Random) -> list[str]:
    words = [word for word, _ in general if len(word) > 1]
    sentences = []
    for index in range(_RANDOM_SENTENCES):
        if index % 3 == 0:
            # 二 is one short sound, lost more often than other figures: it is heard twice as often.
            sentences.append("".join(rng.choice("零一二二三四五六七八九幺十百千两") for _ in range(rng.randint(3, 10))))
        else:
            # Squaring prefers frequent words.
            sentences.append("".join(words[int(len(words) * rng.random() ** 2)] for _ in range(rng.randint(3, 7))))
    return sentences


def _recorded(
    spoken: list[tuple[str, list[Phone]]], seed: int, progress: Callable[[float], None]
) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    features, phones, first = [], [], []
    for take in takes(spoken, seed, progress):
        features.append(take.features.astype(np.float16))
        phones.append(take.phones)
        first.append(take.first)
    return np.concatenate(features), np.concatenate(phones), np.concatenate(first)


def _phone_set(phones: npt.NDArray[np.object_]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what each phone heard is called, and the phones of the model; a rare one takes another tone's place."""
    counts = Counter(phones.tolist())
    del counts[SILENCE], counts[NONSPEECH]
    common = {phone for phone, count in counts.items() if count >= _RARE}
    rename = {phone: phone for phone in common}
    for phone in sorted(counts.keys() - common):
        same = [other for other in common if other.rstrip("12345") == phone.rstrip("12345")]
        if same:
            rename[phone] = max(same, key=lambda other: (counts[other], other))
    return rename, tuple(sorted(common))


def _labels(
    phones: npt.NDArray[np.object_], first: npt.NDArray[np.bool_], rename: dict[str, str], transitions: Transitions
) -> npt.NDArray[np.int16]:
    """Return each frame's pdf; a phone too rare to be in the model counts as non-speech."""
    pdfs = {(SILENCE, start): 0 for start in (True, False)} | {(NONSPEECH, start): 1 for start in (True, False)}
    for phone in set(phones.tolist()) - {SILENCE, NONSPEECH}:
        for start in (True, False):
            pdfs[phone, start] = transitions.pdf(rename[phone], start) if phone in rename else 1
    return np.array([pdfs[key] for key in zip(phones.tolist(), first.tolist(), strict=True)], np.int16)


def _priors(labels: npt.NDArray[np.int16], transitions: Transitions) -> npt.NDArray[np.float32]:
    frequency = np.bincount(labels, minlength=transitions.pdfs) / len(labels)
    priors = np.maximum(frequency, _PRIOR_FLOOR)
    priors[1] = _NONSPEECH_PRIOR
    return priors.astype(np.float32)
