"""Speech codecs as calls really use them: what 20 ms of audio sound like after having been coded and decoded.

G.711 is arithmetic (ITU-T G.711). G.722 and GSM full rate are the ones that calls themselves use: PJSIP's, whose shared
library carries their functions. They keep no state outside of what is passed to them and need no SIP stack to run.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt

from probe.errors import OurFault
from probe.timeline import FRAME, Samples

CodecName = Literal["pcmu", "pcma", "g722", "gsm"]
"""G.711 µ-law and A-law, G.722 at 64 kbit/s, GSM 06.10 full rate."""
CODECS: tuple[CodecName, ...] = get_args(CodecName)

_STATE = 4096  # bytes: more than the g722 structures take (456)
_GSM_BYTES, _G722_BYTES = 33, FRAME  # of 20 ms: 13.2 kbit/s and 64 kbit/s
_WIDE = 2 * FRAME  # samples of 20 ms at G.722's 16 kHz
_SHIFT = 2  # G.722 codes 14 bits; PJSIP shifts 16-bit samples likewise


class Codec(Protocol):
    """Codes and decodes frame by frame."""

    def code(self, frame: Samples) -> Samples:
        """What the far end hears of the next 160 samples."""
        ...

    def lose(self, frame: Samples) -> None:
        """Takes the next 160 samples, whose packet is lost: the sender has coded them, the receiver decodes nothing."""
        ...


def codec(name: CodecName) -> Codec:
    """A codec at the start of a call."""
    if name == "pcmu" or name == "pcma":
        return _G711(name)
    return _G722() if name == "g722" else _GSM()


# --------------------------------------------------------------------------------------------------------- G.711


class _G711:
    """One table: each sample on its own becomes the nearest that eight bits can say."""

    def __init__(self, name: CodecName) -> None:
        self._heard = _coded(name)

    def code(self, frame: Samples) -> Samples:
        heard: Samples = self._heard[frame.view(np.uint16)]
        return heard

    def lose(self, frame: Samples) -> None:
        pass


@cache
def _coded(name: CodecName) -> Samples:
    """What each of the 65536 samples becomes (indexed by its bits): the nearest decoder output value of ITU-T G.711."""
    segment, step = np.divmod(np.arange(128), 16)
    if name == "pcmu":  # table 2a: 14 bits, segments of doubled steps, bias 33
        positive = ((2 * step + 33) * 2**segment - 33) * 4
    else:  # table 1a: 13 bits, the first two segments alike
        positive = (2 * step + 1 + 32 * (segment > 0)) * 2 ** np.maximum(segment - 1, 0) * 8
    values = np.concatenate([-positive[::-1], positive])
    linear = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int64)
    limits = (values[1:] + values[:-1]) / 2
    coded: Samples = np.clip(values[np.searchsorted(limits, linear)], -32768, 32767).astype(np.int16)
    return coded


# ------------------------------------------------------------------------------------------------- G.722 and GSM


@cache
def _library() -> ctypes.CDLL:
    """PJSIP's shared library, loaded without starting it; raises OurFault where its package is incomplete."""
    spec = find_spec("pjsua2")
    folders = spec.submodule_search_locations if spec is not None else None
    found = [path for folder in folders or () for path in Path(folder).glob("_pjsua2*")]
    if not found:
        raise OurFault(
            "the G.722 and GSM codecs are missing: install pjsua2-python again",
            "缺少 G.722 与 GSM 编解码器：请重新安装 pjsua2-python",
        )
    library = ctypes.CDLL(str(found[0]))
    library.gsm_create.restype = ctypes.c_void_p
    library.gsm_destroy.argtypes = [ctypes.c_void_p]
    library.gsm_encode.argtypes = [ctypes.c_void_p] * 3
    library.gsm_decode.argtypes = [ctypes.c_void_p] * 3
    return library


class _GSM:
    def __init__(self) -> None:
        self._library = _library()
        self._coder, self._decoder = self._library.gsm_create(), self._library.gsm_create()
        self._bytes = np.zeros(_GSM_BYTES, np.uint8)

    def __del__(self) -> None:
        for state in (self._coder, self._decoder):
            self._library.gsm_destroy(state)

    def code(self, frame: Samples) -> Samples:
        self.lose(frame)
        heard = np.empty(FRAME, np.int16)
        self._library.gsm_decode(self._decoder, self._bytes.ctypes.data, heard.ctypes.data)
        return heard

    def lose(self, frame: Samples) -> None:
        said = np.ascontiguousarray(frame)
        self._library.gsm_encode(self._coder, said.ctypes.data, self._bytes.ctypes.data)


class _G722:
    """Wideband, so the narrow band of the line is interpolated to 16 kHz and taken back after."""

    def __init__(self) -> None:
        self._library = _library()
        self._coder, self._decoder = (ctypes.create_string_buffer(_STATE) for _ in range(2))
        self._library.g722_enc_init(self._coder)
        self._library.g722_dec_init(self._decoder)
        self._bytes = np.zeros(_G722_BYTES, np.uint8)
        self._up, self._down = _HalfBand(), _HalfBand()

    def code(self, frame: Samples) -> Samples:
        self.lose(frame)
        wide = np.empty(_WIDE, np.int16)
        size = ctypes.c_size_t(_WIDE)
        data = ctypes.c_void_p(self._bytes.ctypes.data)
        self._library.g722_dec_decode(
            self._decoder, data, ctypes.c_size_t(_G722_BYTES), ctypes.c_void_p(wide.ctypes.data), ctypes.byref(size)
        )
        return _as_samples(self._down.filter(wide.astype(np.float64) * 2**_SHIFT)[::2])

    def lose(self, frame: Samples) -> None:
        wide = np.zeros(_WIDE)
        wide[::2] = frame
        said = np.clip(np.round(2 * self._up.filter(wide) / 2**_SHIFT), -8192, 8191).astype(np.int16)
        size = ctypes.c_size_t(_G722_BYTES)
        data = ctypes.c_void_p(self._bytes.ctypes.data)
        self._library.g722_enc_encode(
            self._coder, ctypes.c_void_p(said.ctypes.data), ctypes.c_size_t(_WIDE), data, ctypes.byref(size)
        )


class _HalfBand:
    """Keeps the lower half of a 16 kHz signal: a windowed sinc of 47 taps, flat to 3.4 kHz, 1.4 ms late."""

    def __init__(self) -> None:
        self._past = np.zeros(_TAPS.size - 1)

    def filter(self, wide: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        joined = np.concatenate([self._past, wide])
        self._past = joined[wide.size :]
        return np.convolve(joined, _TAPS, "valid")


_TAPS = np.sinc((np.arange(47) - 23) / 2) / 2 * np.kaiser(47, 6.0)


def _as_samples(sound: npt.NDArray[np.float64]) -> Samples:
    return np.clip(np.round(sound), -32768, 32767).astype(np.int16)
