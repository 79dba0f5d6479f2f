"""Resampling to the telephone rate by a windowed sinc, as a polyphase filter.

The filter passes up to 3.4 kHz, the telephone band (ITU-T G.712), and stops at 4 kHz and above, so nothing folds back
into the band. Kaiser's formulas give its length from the stop-band attenuation and the width of the transition
(Oppenheim & Schafer, Discrete-Time Signal Processing, §7.6.2).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from probe.timeline import RATE

_PASS, _STOP = 3400.0, 4000.0  # Hz
_ATTENUATION = 80.0  # dB
_BLOCK = 1 << 12  # outputs of each phase computed at once, so that an hour of audio does not need gigabytes


def resample(audio: npt.NDArray[np.int16], rate: int) -> npt.NDArray[np.int16]:
    """Mono `audio` of `rate` samples a second as int16 at 8 kHz; the first sample stays the first instant."""
    if rate == RATE or not len(audio):
        return audio
    divisor = math.gcd(rate, RATE)
    up, down = RATE // divisor, rate // divisor
    taps = _filter(rate, up)
    span = taps.shape[1]
    half = span // 2
    outputs = len(audio) * up // down
    padded = np.concatenate((np.zeros(half, np.int16), audio, np.zeros(span, np.int16)))
    result = np.empty(outputs, np.int16)
    for begin in range(0, outputs, up * _BLOCK):
        end = min(begin + up * _BLOCK, outputs)
        for phase in range(up):
            # Outputs begin + index, begin + index + up, ... all fall at this phase between two input samples.
            index = (phase * pow(down, -1, up)) % up if up > 1 else 0
            first = (begin + index) * down // up
            count = len(range(begin + index, end, up))
            if not count:
                continue
            piece = padded[first : first + (count - 1) * down + span].astype(np.float64)
            windows = np.lib.stride_tricks.sliding_window_view(piece, span)[::down]
            filtered = np.rint(windows @ taps[phase])
            result[begin + index : end : up] = np.clip(filtered, -32768, 32767)
    return result


def _filter(rate: int, up: int) -> npt.NDArray[np.float64]:
    """The taps of each phase, shape (up, span), each row with unit gain at 0 Hz."""
    edge_pass, edge_stop = _PASS, _STOP
    if rate < RATE:  # below the telephone rate the images to remove lie above half the file's own rate
        edge_pass, edge_stop = _PASS * rate / RATE, rate / 2
    beta = 0.1102 * (_ATTENUATION - 8.7)
    length = (_ATTENUATION - 8) / (2.285 * 2 * np.pi * (edge_stop - edge_pass) / rate)
    half = math.ceil(length / 2) + 1
    offsets = np.arange(-half, half + 1)[None, :] - (np.arange(up) / up)[:, None]
    cutoff = (edge_pass + edge_stop) / rate  # twice the cut-off frequency in cycles a sample
    window = np.i0(beta * np.sqrt(np.clip(1 - (offsets / (half + 1)) ** 2, 0, 1))) / np.i0(beta)
    taps: npt.NDArray[np.float64] = np.sinc(cutoff * offsets) * window
    normalised: npt.NDArray[np.float64] = taps / taps.sum(axis=1, keepdims=True)
    return normalised
