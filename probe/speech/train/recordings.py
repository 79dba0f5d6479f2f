"""Sentences spoken, degraded and labelled: what the network learns from.

espeak-ng tells where each phone begins, so no alignment is needed. The stop closure before a phone, which
espeak-ng reports as the end of the hanzi before it, is counted as part of that phone.
"""

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from probe.speech import espeak, mandarin
from probe.speech.train.features import CENTRE, SHIFT, mfcc
from probe.speech.train.lexicon import NONSPEECH, SILENCE, Phone
from probe.speech.train.telephone import degraded, nonspeech
from probe.speech.voice import telephone_band

# Kept out of training, so that accuracy can be measured on voices the model has not heard.
HELD_OUT_VARIANTS = ("m7", "f4", "edward", "anika")
_PLAIN_VARIANTS = ("m1", "m2", "m3", "m4", "m5", "m6", "m8", "f1", "f2", "f3", "f5")
_OTHER_VARIANTS = (
    "Andy",
    "Annie",
    "Diogo",
    "Gene",
    "Jacky",
    "Lee",
    "Marco",
    "Mario",
    "Michael",
    "Mike",
    "RicishayMax",
    "UniRobot",
    "adam",
    "announcer",
    "antonio",
    "aunty",
    "belinda",
    "benjamin",
    "boris",
    "david",
    "ed",
    "grandma",
    "grandpa",
    "gustave",
    "ian",
    "iven",
    "iven3",
    "john",
    "linda",
    "marcelo",
    "max",
    "miguel",
    "pablo",
    "paul",
    "pedro",
    "quincy",
    "rob",
    "sandro",
    "shelby",
    "steph",
    "steph2",
    "travis",
    "victor",
    "zac",
)


@dataclass(frozen=True, slots=True)
class Take:
    """One recording: features (frames by 40), each frame's phone name, and whether the frame is in its first 30 ms."""

    features: npt.NDArray[np.float32]
    phones: npt.NDArray[np.object_]
    first: npt.NDArray[np.bool_]


def takes(sentences: list[tuple[str, list[Phone]]], seed: int, progress: Callable[[float], None]) -> Iterator[Take]:
    """Yield each sentence spoken once by a voice of its own, and non-speech after every tenth."""
    rng = np.random.default_rng(seed)
    choice = random.Random(seed)
    heard: deque[npt.NDArray[np.float64]] = deque(maxlen=12)
    for index, (sentence, phones) in enumerate(sentences):
        take = _spoken(sentence, phones, heard, choice, rng)
        if take is not None:
            yield take
        if index % 10 == 9:
            audio = nonspeech(int(rng.integers(24_000, 64_000)), rng)
            features = mfcc(audio)
            labels = np.full(len(features), SILENCE if np.abs(audio).max() < 60 else NONSPEECH, object)
            yield Take(features, labels, np.zeros(len(features), bool))
        progress(index / len(sentences))


def _spoken(
    sentence: str,
    phones: list[Phone],
    heard: deque[npt.NDArray[np.float64]],
    choice: random.Random,
    rng: np.random.Generator,
) -> Take | None:
    # Half of the voices are the plain ones, which differ least from what the simulator and callers use.
    variant = choice.choice(_PLAIN_VARIANTS if choice.random() < 0.5 else _OTHER_VARIANTS)
    rate, pitch, warp = choice.randint(120, 255), choice.randint(10, 90), choice.uniform(0.88, 1.12)
    utterance = espeak.synthesise(mandarin.readable(sentence), f"cmn+{variant}", rate, pitch)
    spans = _spans(utterance.phones, [phone for phone in phones if phone.name != "_|"])
    if spans is None:
        return None
    speech = telephone_band(utterance.audio.astype(np.float64), warp)
    audio, before = degraded(speech, list(heard), rng)
    heard.append(speech)
    features = mfcc(audio)
    centres = np.arange(len(features)) * SHIFT + CENTRE
    starts = np.array([0, *(before + round(start * 8000 / (espeak.RATE * warp)) for start, _ in spans)])
    names = np.array([SILENCE, *(name for _, name in spans)], object)
    index = np.searchsorted(starts, centres, side="right") - 1
    first = np.zeros(len(index), bool)
    first[3:] = index[3:] != index[:-3]
    return Take(features, names[index], first)


def _spans(events: tuple[tuple[int, str], ...], phones: list[Phone]) -> list[tuple[int, str]] | None:
    """Return each phone's start (samples at 22 050 Hz) and name with tone; None if events and phones differ."""
    spans: list[tuple[int, str]] = []
    rest = iter(phones)
    closure: int | None = None
    for sample, name in events:
        if name == "_|":
            closure = sample
        elif name.startswith("_"):
            spans.append((sample if closure is None else closure, SILENCE))
            closure = None
        else:
            phone = next(rest, None)
            if phone is None or name.lstrip("',") != phone.espeak_name:
                return None
            spans.append((sample if closure is None else closure, phone.name))
            closure = None
    return None if next(rest, None) else spans
