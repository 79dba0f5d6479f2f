"""A Vosk model directory: what is in which file."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from probe.speech.train.features import CONFIGURATION

# Vosk's decoder. Subsampling and the silence phones follow from the network and the phones; beams and the
# acoustic scale were measured for accuracy against time. Partial results with word times come from the lattice
# determinised so far: by default up to 60 frames (1.8 s) behind, with 10 about 0.4 s, for half as much time again.
_DECODER = """\
--min-active=200
--max-active=5000
--beam=13.0
--lattice-beam=4.0
--determinize-max-delay=10
--determinize-min-chunk-size=5
--acoustic-scale=0.4
--frame-subsampling-factor=3
--endpoint.silence-phones=1:2
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=1.0
--endpoint.rule4.min-trailing-silence=2.0
"""


def write(
    to: Path, name: str, language: str, acoustic: bytes, graph: bytes, words: str, phones: str, boundaries: str
) -> str:
    """Write the model directory `to`, whole or not at all, in place of an older one; return its version."""
    version = hashlib.sha256(acoustic + graph + _DECODER.encode()).hexdigest()[:8]
    about = {"name": name, "language": language, "version": version, "rate": 8000}
    contents: dict[str, bytes] = {
        "am/final.mdl": acoustic,
        "conf/mfcc.conf": CONFIGURATION.encode(),
        "conf/model.conf": _DECODER.encode(),
        "graph/HCLG.fst": graph,
        "graph/words.txt": words.encode(),
        "graph/phones.txt": phones.encode(),
        "graph/phones/word_boundary.int": boundaries.encode(),
        "model.json": (json.dumps(about, indent=1, sort_keys=True) + "\n").encode(),
    }
    to.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
    try:
        for path, data in contents.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(data)
        new.chmod(0o755)
        old = to.with_name(f".{to.name}-old")
        if to.exists():
            to.rename(old)
        new.rename(to)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return version
