"""How many words noise takes, with and without taking it off: `python -m pytest -s tests/benchmarks/bench_words_in_noise.py`.

Sentences of the training half's hotlines in its voices, at other rates and pitches, over the line's noise and in rooms, as
the listener hears them: the share of wrong characters. Asserted is a ratio within one run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from unittest.mock import patch

import numpy as np

from probe.listen import line_noise
from probe.listen.listener import Listener
from probe.simulator import rooms
from probe.simulator.channel import Condition, degrade
from probe.simulator.draft import VOICES
from probe.simulator.population import population
from probe.speech.voice import Voice, speak
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import RATE, Samples, SegmentEnded
from tests.benchmarks.bench_speech import Errors
from tests.listen.sounds import frames

_SENTENCES = 40
_SPEECH_DB, _NOISE_DB = -18.0, -50.0
_OVER = (26, 20, 17, 14, 11, 9)
"""dB of the voice over the noise, both on average."""


def test_words_in_noise() -> None:
    """11 dB over the line's noise more than half of the errors that noise makes are gone; where there is none, none is new."""
    transcriber = VoskTranscriber()
    print()

    def line(over: int, codec: str) -> Callable[[Samples, int], Samples]:
        condition = Condition(codec, gain_db=_NOISE_DB + over - _SPEECH_DB, noise_db=_NOISE_DB)
        return lambda audio, seed: degrade(audio, condition, seed)

    def room(over: int, kind: str) -> Callable[[Samples, int], Samples]:
        def made(audio: Samples, seed: int) -> Samples:
            behind = np.resize(rooms.noise(kind, seed % rooms.VARIETIES, _SPEECH_DB - over), audio.size)  # type: ignore[arg-type]
            return degrade(np.clip(audio + behind, -32768, 32767).astype(np.int16), Condition("pcma"), seed)

        return made

    clear, same = _errors(transcriber, lambda audio, seed: degrade(audio, Condition("gsm"), seed))
    _show("no noise, GSM", clear, same)
    assert same.wrong == clear.wrong
    for over in _OVER:
        before, after = _errors(transcriber, line(over, "gsm"))
        _show(f"line's noise, {over} dB over it, GSM", before, after)
        if over == 11:
            assert after.wrong - clear.wrong < (before.wrong - clear.wrong) / 2
    for kind in ("quiet", "office", "babble"):
        for over in (24, 12):
            _show(f"room: {kind}, {over} dB over it", *_errors(transcriber, room(over, kind)))


def _show(where: str, before: Errors, after: Errors) -> None:
    print(f"{where}: {before.rate:.1%} of the characters wrong, {after.rate:.1%} with the noise taken off")


def _errors(transcriber: VoskTranscriber, heard_as: Callable[[Samples, int], Samples]) -> tuple[Errors, Errors]:
    """Without and with the noise taken off."""
    before, after = Errors(), Errors()
    for seed, (text, audio) in enumerate(_said()):
        heard = heard_as(audio, seed)
        with patch.object(line_noise, "_SOFTEST", 0.0):
            before.add(text, _words(transcriber, heard))
        after.add(text, _words(transcriber, heard))
    return before, after


def _said() -> Iterator[tuple[str, Samples]]:
    texts = sorted({text for hotline in population(90001, 12, "train") for text in _texts(hotline.model_dump())})
    chosen = random.Random(1).sample(texts, _SENTENCES)
    for number, text in enumerate(chosen):
        draw = random.Random(number)
        voice = Voice("cmn", draw.choice(VOICES["train"]), draw.randint(165, 245), draw.randint(30, 72), _SPEECH_DB)
        yield text, np.concatenate([np.zeros(RATE // 2, np.int16), speak(text, voice), np.zeros(RATE, np.int16)])


def _texts(part: object) -> Iterator[str]:
    """Every sentence in a hotline's description."""
    if isinstance(part, str):
        if len(part) >= 8 and all("\u4e00" <= c <= "\u9fff" or c in "，。？！" for c in part):
            yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _texts(value)


def _words(transcriber: VoskTranscriber, audio: Samples) -> str:
    listener = Listener(transcriber)
    events = [*(event for frame in frames(audio.astype(float)) for event in listener.hear(frame)), *listener.finish()]
    return "".join(event.segment.text for event in events if isinstance(event, SegmentEnded))
