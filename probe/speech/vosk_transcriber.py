"""Vosk: offline recognition, one recogniser a stretch of speech."""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import vosk

from probe.errors import OurFault, UserError
from probe.speech import models
from probe.speech.doubling import Doubler
from probe.speech.transcriber import Heard, HeardWord

RATE = 8000
_BLOCK = 800
"""Samples given to Vosk at a time (0.1 s). Fixed, so that how the caller cuts the audio changes nothing."""
_FLUSH = 2400
"""Samples of silence after the last word, so that the network's context (0.15 s) covers it."""

_loaded: dict[Path, Any] = {}
_loading = threading.Lock()


class _Model(vosk.Model):  # type: ignore[misc]
    """Vosk's model, which frees what it never got when Ctrl-C comes while it loads; this one does not."""

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            super().__del__()


class VoskTranscriber:
    """A Vosk model, loaded once a process however many transcribers use it."""

    def __init__(self, model: Path | str | None = None, language: str = "zh") -> None:
        """Load `model`: a directory, a name from `probe models list`, or None for the best one installed.

        Raises `UserError` when the model is not installed or is not a Vosk model.
        """
        if model is None:
            found = models.best(language)
        elif isinstance(model, Path) or Path(model).is_dir():
            found = models.described(Path(model), language)
        else:
            found = models.named(model)
        self.name = models.identity(found)
        self.language = found.language
        self._rate = found.rate
        if self._rate not in (RATE, 2 * RATE):
            raise UserError(
                f"model {found.name} is made for {found.rate} Hz; 8000 and 16000 can be used",
                f"模型 {found.name} 的采样率为 {found.rate} Hz，只能用 8000 或 16000",
            )
        self.folder = models.directory(found)
        self._model = _load(self.folder)

    def begin(self) -> "VoskTranscription":
        """Start on a new stretch of speech."""
        return VoskTranscription(self._model, self.language, self._rate)


class VoskTranscription:
    """One stretch; Vosk's own sentence ends inside it are joined, and times count from its first sample."""

    def __init__(self, model: Any, language: str, rate: int) -> None:
        """Start with nothing heard; `rate` is the model's."""
        self._recogniser = vosk.KaldiRecognizer(model, rate)
        self._doubler = Doubler() if rate == 2 * RATE else None
        self._recogniser.SetWords(True)
        self._recogniser.SetPartialWords(True)
        self._between = "" if language in ("zh", "ja") else " "
        self._waiting = np.zeros(0, np.int16)
        self._settled: tuple[HeardWord, ...] = ()
        self._last = Heard("", ())

    def feed(self, audio: npt.NDArray[np.int16]) -> Heard | None:
        """Take the next samples (mono, 8 kHz) and return all heard so far if its words changed, else None."""
        self._waiting = np.concatenate([self._waiting, audio])
        changed = False
        while self._waiting.size >= _BLOCK:
            block, self._waiting = self._waiting[:_BLOCK], self._waiting[_BLOCK:]
            # What was heard so far costs a sixth of hearing it, and only the newest is returned.
            changed = self._accept(block, asked=self._waiting.size < _BLOCK) or changed
        return self._last if changed else None

    def finish(self) -> Heard:
        """Return the final result."""
        self._accept(np.concatenate([self._waiting, np.zeros(_FLUSH, np.int16)]), asked=False)
        self._waiting = np.zeros(0, np.int16)
        self._settled += _words(self._recogniser.FinalResult(), "result")
        self._last = self._heard(())
        return self._last

    def _accept(self, block: npt.NDArray[np.int16], asked: bool = True) -> bool:
        if self._doubler:
            block = self._doubler.feed(block)
        if self._recogniser.AcceptWaveform(block.tobytes()):
            self._settled += _words(self._recogniser.Result(), "result")
            pending: tuple[HeardWord, ...] = ()
        elif not asked:
            return False
        else:
            pending = _words(self._recogniser.PartialResult(), "partial_result")
        heard = self._heard(pending)
        changed = heard.text != self._last.text
        self._last = heard
        return changed

    def _heard(self, pending: tuple[HeardWord, ...]) -> Heard:
        words = self._settled + pending
        return Heard(self._between.join(word.word for word in words), words)


def _words(answer: str, key: str) -> tuple[HeardWord, ...]:
    return tuple(
        HeardWord(word["word"], round(word["start"], 3), round(word["end"], 3), round(min(word["conf"], 1.0), 3))
        for word in json.loads(answer).get(key, ())
    )


def _load(path: Path) -> Any:
    with _loading:
        if path not in _loaded:
            vosk.SetLogLevel(-1)
            if not (path / "am" / "final.mdl").is_file() and not (path / "final.mdl").is_file():
                raise UserError(f"{path} is not a Vosk model", f"{path} 不是 Vosk 模型")
            try:
                _loaded[path] = _Model(str(path))
            except Exception as error:
                raise OurFault(f"Vosk cannot load the model {path}", f"Vosk 无法载入模型 {path}") from error
        return _loaded[path]
