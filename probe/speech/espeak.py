"""espeak-ng, one utterance at a time.

espeak-ng keeps state between utterances (the phase of its oscillators, its intonation, the C library's
random numbers), and neither `espeak_Terminate` nor `espeak_ng_SetRandSeed` clears all of it: the same
sentence gives other samples the second time. A freshly loaded library has no past, so each utterance
loads it anew, speaks, and unloads it. That takes about 2.5 ms and makes the samples a function of the
arguments alone, in any order and in any process.
"""

import _ctypes
import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np
import numpy.typing as npt

from probe.errors import OurFault, UserError

RATE = 22050
"""Samples a second of what espeak-ng synthesises."""

# From espeak-ng's speak_lib.h.
_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8 = 2, 1, 1
_EVENT_END, _EVENT_PHONEME = 0, 7
_SET_RATE, _SET_PITCH = 1, 3
_TIE = ord("~") << 8  # separates phones in espeak_TextToPhonemes


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("string", ctypes.c_char * 8),
    )


# Breathing voices of the Klatt synthesiser: the same text gives other samples each time (measured, 1.52).
_RANDOM_VARIANTS = frozenset({"Reed", "caleb"})

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Utterance:
    """What espeak-ng made of a text."""

    audio: npt.NDArray[np.int16]
    """Mono samples at 22 050 Hz."""
    phones: tuple[tuple[int, str], ...]
    """Each phone's first sample and its espeak name."""


@cache
def variants() -> frozenset[str]:
    """Return the names of espeak-ng's voice variants, such as `f2`, that always sound the same."""
    folder = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
    return frozenset(path.name for path in folder.iterdir()) - _RANDOM_VARIANTS


def synthesise(text: str, voice: str, rate: int, pitch: int) -> Utterance:
    """Speak `text` with an espeak voice such as `cmn+f2`, at `rate` words a minute and `pitch` 0 to 99.

    Raises `UserError` for a voice that espeak-ng does not have.
    """
    chunks: list[bytes] = []
    phones: list[tuple[int, str]] = []

    def collect(samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, count * 2))
        index = 0
        while events[index].type != _EVENT_END:
            if events[index].type == _EVENT_PHONEME:
                phones.append((events[index].sample, events[index].string.decode("utf-8", "replace")))
            index += 1
        return 0

    callback = _Callback(collect)
    with _fresh_library(voice) as library:
        library.espeak_SetSynthCallback(callback)
        library.espeak_SetParameter(_SET_RATE, rate, 0)
        library.espeak_SetParameter(_SET_PITCH, pitch, 0)
        data = text.encode()
        library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
        library.espeak_Synchronize()
    return Utterance(np.frombuffer(b"".join(chunks), np.int16), tuple(phones))


def phonemes(text: str, voice: str) -> list[str]:
    """Return the phone names, with tones, that espeak-ng reads in each clause of `text`; `~` between phones."""
    with _fresh_library(voice) as library:
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        rest = ctypes.pointer(ctypes.c_char_p(text.encode()))
        clauses = []
        while rest.contents.value is not None:
            clauses.append((library.espeak_TextToPhonemes(rest, _UTF8, _TIE) or b"").decode())
    return clauses


@contextmanager
def _fresh_library(voice: str) -> Iterator[ctypes.CDLL]:
    with _one_at_a_time:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        try:
            data_path = espeakng_loader.get_data_path().encode()
            if library.espeak_Initialize(_SYNCHRONOUS, 200, data_path, _PHONEME_EVENTS) != RATE:
                raise OurFault("espeak-ng did not start", "espeak-ng 无法启动")
            library.espeak_ng_SetRandSeed(1)
            if library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise UserError(f"espeak-ng has no voice {voice!r}", f"espeak-ng 没有声音“{voice}”")
            yield library
            library.espeak_Terminate()
        finally:
            _ctypes.dlclose(library._handle)
