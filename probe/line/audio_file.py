"""Reading an audio file of any kind that pydub reads, as channels of 16-bit samples.

PCM in WAV needs nothing but pydub; telephone recorders also put G.711 into WAV, which is decoded here; every other
format needs ffmpeg, and says so if it is missing. A file is looked at before it is decoded, so that a picture or a
text is not reported as "needs ffmpeg".
"""

from __future__ import annotations

import shutil
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from probe.errors import UserError, cannot_read
from probe.timeline import Samples

_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE  # format tags of a WAV file's `fmt ` chunk
_UNKNOWN_SIZE = 0xFFFFFF00  # what recorders write into a header that they never come back to ends near 2**32
_LOOK = 64  # bytes that tell a format


@dataclass(frozen=True, slots=True)
class AudioFile:
    """Samples a second, and samples of shape (length, channels), int16."""

    rate: int
    samples: npt.NDArray[np.int16]


def read_audio(path: Path) -> AudioFile:
    """The audio in `path`; raises UserError when it is missing, a folder, empty, cut short or not audio."""
    try:
        with path.open("rb") as file:
            start = file.read(_LOOK)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file", f"{path}：没有这个文件") from None
    except IsADirectoryError:
        raise UserError(f"{path}: is a folder, expected an audio file", f"{path}：这是文件夹，应为音频文件") from None
    except OSError as error:
        raise cannot_read(path, error) from None
    if not start:
        raise UserError(f"{path}: the file is empty", f"{path}：文件是空的")
    audio = _wav(path) if start[:4] == b"RIFF" and start[8:12] == b"WAVE" else _by_ffmpeg(path, start)
    if not len(audio.samples):
        raise UserError(f"{path}: no audio in it, its length is 0 s", f"{path}：没有声音，长度为 0 秒")
    return audio


def _wav(path: Path) -> AudioFile:
    with path.open("rb") as file:
        tag, channels, rate, bits, size = _wav_chunks(path, file)
        if tag in (_PCM, _EXTENSIBLE) and bits in (8, 16, 24, 32):
            return _decode(path, "wav")
        if tag in (_A_LAW, _MU_LAW):
            codes = np.frombuffer(file.read(size - size % channels), np.uint8)
            samples = (_A_LAW_TABLE if tag == _A_LAW else _MU_LAW_TABLE)[codes]
        elif tag == _FLOAT and bits == 32:
            values = np.frombuffer(file.read(size - size % (4 * channels)), "<f4")
            samples = np.rint(np.clip(np.nan_to_num(values) * 32767.0, -32768, 32767)).astype(np.int16)
        else:
            return _by_ffmpeg(path, b"RIFF")
    return AudioFile(rate, samples.reshape(-1, channels))


def _wav_chunks(path: Path, file: BinaryIO) -> tuple[int, int, int, int, int]:
    """Format tag, channels, rate, bits a sample, and bytes of the audio, at whose start the file is left."""
    tag = channels = rate = bits = 0
    length = path.stat().st_size
    offset = 12
    while offset + 8 <= length:
        file.seek(offset)
        name, size = struct.unpack("<4sI", file.read(8))
        offset += 8
        if name == b"fmt " and offset + 16 <= length:
            tag, channels, rate, _, _, bits = struct.unpack("<HHIIHH", file.read(16))
        if name == b"data":
            there = length - offset
            if not tag or not channels or not rate:
                break
            if there < size < _UNKNOWN_SIZE:
                lost = f"{there / size:.0%}"
                raise UserError(
                    f"{path}: cut short, only {lost} of the audio its header promises is there",
                    f"{path}：文件不完整，只有文件头所述音频的 {lost}",
                )
            return tag, channels, rate, bits, min(size, there)
        offset += size + size % 2
    raise UserError(f"{path}: a damaged WAV file, no audio found in it", f"{path}：WAV 文件已损坏，找不到音频")


def _by_ffmpeg(path: Path, start: bytes) -> AudioFile:
    kind = _sniff(start)
    if kind is None:
        raise UserError(
            f"{path}: not an audio file; expected WAV, MP3, M4A, OGG, FLAC, AMR or AIFF",
            f"{path}：不是音频文件；应为 WAV、MP3、M4A、OGG、FLAC、AMR 或 AIFF",
        )
    if not (shutil.which("ffmpeg") and shutil.which("ffprobe")):
        raise UserError(
            f"{path}: {kind} needs ffmpeg, which is not installed; install it, or convert the file to WAV",
            f"{path}：读取 {kind} 需要 ffmpeg，但未安装；请安装 ffmpeg，或先转换为 WAV",
        )
    return _decode(path, None)


def _sniff(start: bytes) -> str | None:
    """The kind of audio file by its first bytes; None when they are of none that is known."""
    if start[:3] == b"ID3" or (start[0] == 0xFF and len(start) > 1 and start[1] & 0xE6 in (0xE2, 0xE4)):
        return "MP3"
    if start[4:8] == b"ftyp":
        return "M4A"
    if start[0] == 0xFF and len(start) > 1 and start[1] & 0xF6 == 0xF0:
        return "AAC"
    known = {b"OggS": "OGG", b"fLaC": "FLAC", b"FORM": "AIFF", b"#!AM": "AMR", b".snd": "AU", b"RIFF": "this WAV"}
    return known.get(start[:4])


def _decode(path: Path, form: str | None) -> AudioFile:
    with warnings.catch_warnings():
        # pydub warns at import when there is no ffmpeg, and uses modules that later Pythons drop.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
        from pydub.exceptions import CouldntDecodeError

        try:
            segment = AudioSegment.from_file(path, format=form).set_sample_width(2)
            flat = np.frombuffer(segment.raw_data, "<i2")
        except (CouldntDecodeError, IndexError, KeyError, ValueError, struct.error):
            raise UserError(f"{path}: damaged, cannot be decoded", f"{path}：文件已损坏，无法解码") from None
    channels = int(segment.channels)
    return AudioFile(int(segment.frame_rate), flat[: len(flat) // channels * channels].reshape(-1, channels))


def _mu_law_table() -> Samples:
    """Samples of the 256 codes of µ-law, ITU-T G.711."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _a_law_table() -> Samples:
    """Samples of the 256 codes of A-law, ITU-T G.711."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = np.where(exponent, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0), (mantissa << 4) + 8)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


_MU_LAW_TABLE = _mu_law_table()
_A_LAW_TABLE = _a_law_table()
