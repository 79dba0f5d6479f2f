"""Training the bundled model: sentences → synthetic speech → features → network → a Vosk model directory.

Everything is synthetic: espeak-ng speaks sentences drawn from templates of hotline language, and says when
each phone began. What comes out knows the words of hotlines and the sound of a telephone; how well it hears
human voices is not known from here. Needs the extra `train` (torch, kaldi-native-fbank, jieba).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from probe.errors import UserError

if TYPE_CHECKING:
    from probe.speech.train.training import Figures

Progress = Callable[[str, float], None]
"""Called with the stage's name and how much of it is done, 0 to 1."""


def _silent(stage: str, done: float) -> None:
    """Show nothing."""


def train(to: Path, seed: int = 1, extra_texts: Sequence[str] = (), progress: Progress = _silent) -> "Figures":
    """Train a model, write it to the directory `to`, and return figures about it.

    The same seed, texts, libraries and number of cores give the same model. `extra_texts` are sentences it
    must know best, such as the prompts of the simulator's hotlines.
    Raises `UserError` when the extra `train` is not installed.
    """
    try:
        from probe.speech.train.training import run
    except ModuleNotFoundError as missing:
        raise UserError(
            f"training needs {missing.name}; type: pip install 'hotline-probe[train]'",
            f"训练需要 {missing.name}；请输入：pip install 'hotline-probe[train]'",
        ) from None
    return run(to, seed, extra_texts, progress)
