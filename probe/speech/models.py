"""Which Vosk models there are, which are here, and which is best.

One Mandarin model ships inside the package. The official ones (https://alphacephei.com/vosk/models) are
fetched into the user's data folder, or the folder that PROBE_MODELS names.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

import platformdirs

from probe.errors import UserError
from probe.speech import model_download

BUNDLED = "zh-telephone"
_OFFICIAL_SITE = "https://alphacephei.com/vosk/models"

# Name, language, megabytes of the archive as the official list gives them; for each language the best first.
_OFFICIAL = (
    ("vosk-model-cn-0.22", "zh", 1300),
    ("vosk-model-cn-kaldi-multicn-0.15", "zh", 1500),
    ("vosk-model-small-cn-0.22", "zh", 42),
    ("vosk-model-en-us-0.22", "en", 1800),
    ("vosk-model-en-us-0.22-lgraph", "en", 128),
    ("vosk-model-small-en-us-0.15", "en", 40),
    ("vosk-model-small-en-in-0.4", "en", 36),
    ("vosk-model-ja-0.22", "ja", 1000),
    ("vosk-model-small-ja-0.22", "ja", 48),
    ("vosk-model-small-ko-0.22", "ko", 82),
    ("vosk-model-small-vn-0.4", "vi", 32),
    ("vosk-model-ru-0.42", "ru", 1800),
    ("vosk-model-small-ru-0.22", "ru", 45),
    ("vosk-model-small-fr-0.22", "fr", 41),
    ("vosk-model-small-de-0.15", "de", 45),
    ("vosk-model-small-es-0.42", "es", 39),
    ("vosk-model-small-it-0.22", "it", 48),
    ("vosk-model-small-pt-0.3", "pt", 31),
    ("vosk-model-small-hi-0.22", "hi", 42),
)


@dataclass(frozen=True, slots=True)
class Model:
    """A Vosk model, installed or not."""

    name: str
    language: str
    """ISO 639-1, such as `zh`."""
    megabytes: float
    """Size of the archive, or on disk if it is bundled."""
    rate: int
    """Samples a second it was made for."""
    url: str | None
    """Where its archive is fetched from; None if it does not come from a network."""
    sha256: str | None
    """Of the archive as it was installed; None if it is not."""
    path: Path | None
    """Its folder, if it is installed."""
    bundled: bool


def known() -> list[Model]:
    """Return every model there is to choose: the bundled one, the official ones, and what else is installed."""
    official = [_as_installed(_official(*row)) for row in _OFFICIAL]
    names = {model.name for model in official}
    others = [
        described(folder)
        for folder in sorted(folder_of_models().glob("*/"))
        if folder.name not in names and not folder.name.startswith(".") and is_model(folder)
    ]
    return [*_bundled(), *official, *others]


def installed() -> list[Model]:
    """Return the models that can be used now."""
    return [model for model in known() if model.path is not None]


def best(language: str) -> Model:
    """Return the best installed model for a language: the official ones by size of vocabulary, else the bundled one.

    Raises `UserError`, saying what to type, if there is none.
    """
    here = [model for model in installed() if model.language == language]
    if here:
        return min(here, key=lambda model: model.bundled)
    offered = [name for name, of, _ in _OFFICIAL if of == language]
    if not offered:
        raise UserError(f"no model for language {language!r} is known", f"没有语言“{language}”的模型")
    raise UserError(
        f"no model for language {language!r} is installed; type: probe models get {offered[-1]}",
        f"没有安装语言“{language}”的模型；请输入：probe models get {offered[-1]}",
    )


def named(name: str) -> Model:
    """Return the model called `name`; raises `UserError` with the nearest names if there is none."""
    models = {model.name: model for model in known()}
    if name in models:
        return models[name]
    near = get_close_matches(name, models, n=3, cutoff=0.4) or [BUNDLED]
    raise UserError(
        f"no model {name!r}; did you mean {', '.join(near)}?",
        f"没有模型“{name}”；是不是 {'、'.join(near)}？",
    )


def path(name: str) -> Path:
    """Return the folder of an installed model; raises `UserError`, saying what to type, if it is not installed."""
    return directory(named(name))


def directory(model: Model) -> Path:
    """Return the model's folder; raises `UserError`, saying what to type, if it is not installed."""
    if model.path is None:
        raise UserError(
            f"model {model.name} is not installed; type: probe models get {model.name}",
            f"模型 {model.name} 尚未安装；请输入：probe models get {model.name}",
        )
    return model.path


def get(name: str, progress: Callable[[int, int], None] = lambda done, total: None) -> Path:
    """Fetch an official model, if it is not installed, and return its folder.

    An interrupted download continues where it stopped. `progress` is called with the bytes done and in all.
    Raises `UserError` with one line when there is no network, no such model, or the archive is damaged.
    """
    model = named(name)
    if model.path is not None:
        return model.path
    assert model.url is not None
    return model_download.fetch(model.url, model.name, folder_of_models(), progress)


def described(folder: Path, language: str = "zh") -> Model:
    """Return what can be known about the model in a folder of the user's; raises `UserError` if it is no model."""
    if not is_model(folder):
        raise UserError(f"{folder} is not a Vosk model", f"{folder} 不是 Vosk 模型")
    about = _about(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Model(
        str(about.get("name", folder.name)),
        str(about.get("language", language)),
        round(size / 1e6, 1),
        rate_of(folder),
        None,
        None,
        folder,
        False,
    )


def identity(model: Model) -> str:
    """Return the model's name and version, for the timeline: the same model gives the same, another another."""
    folder = directory(model)
    version = _about(folder).get("version")
    if version is None:
        version = model.sha256 or hashlib.sha256(_acoustic_model(folder).read_bytes()).hexdigest()
    return f"{model.name} {str(version)[:8]}"


def is_model(folder: Path) -> bool:
    """Whether a folder holds a Vosk model."""
    return _acoustic_model(folder).is_file()


def rate_of(folder: Path) -> int:
    """Return the rate its features are computed at; 16 kHz, Kaldi's default, if it does not say."""
    for settings in (folder / "conf" / "mfcc.conf", folder / "mfcc.conf"):
        if settings.is_file():
            for line in settings.read_text("utf-8").splitlines():
                if line.strip().startswith("--sample-frequency="):
                    return int(float(line.partition("=")[2]))
    return 16_000


def folder_of_models() -> Path:
    """Return where models are installed."""
    chosen = os.environ.get("PROBE_MODELS")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("probe", appauthor=False)) / "models"


def _official(name: str, language: str, megabytes: float) -> Model:
    site = os.environ.get("PROBE_MODELS_SITE", _OFFICIAL_SITE).rstrip("/")
    return Model(name, language, megabytes, 16_000, f"{site}/{name}.zip", None, None, False)


def _as_installed(model: Model) -> Model:
    folder = folder_of_models() / model.name
    if not is_model(folder):
        return model
    return replace(model, path=folder, rate=rate_of(folder), sha256=model_download.recorded(folder))


def _bundled() -> list[Model]:
    folder = Path(str(files("probe.speech") / "data" / "models" / BUNDLED))
    return [replace(described(folder), bundled=True)] if is_model(folder) else []


def _acoustic_model(folder: Path) -> Path:
    nested = folder / "am" / "final.mdl"
    return nested if nested.is_file() else folder / "final.mdl"


def _about(folder: Path) -> dict[str, object]:
    file = folder / "model.json"
    return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}
