"""Kaldi's binary `final.mdl`: a transition model and an nnet3 acoustic model, as Vosk reads them.

Weights are stored in 16 bits (Kaldi's `CM2` compressed matrix), which halves the file; Kaldi expands them on
loading. Nothing of Kaldi is needed to write this.
"""

import struct
from math import log

import numpy as np
import numpy.typing as npt

from probe.speech.train.network import CONTEXT, Affine
from probe.speech.train.transitions import Transitions


def final_mdl(transitions: Transitions, layers: list[Affine], priors: npt.NDArray[np.float32]) -> bytes:
    """Return the whole file."""
    return b"\0B" + _transition_model(transitions) + _network(layers) + _acoustic_model(priors)


def _token(text: str) -> bytes:
    return text.encode() + b" "


def _int(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def _double(value: float) -> bytes:
    return b"\x08" + struct.pack("<d", value)


def _int_vector(values: list[int]) -> bytes:
    return b"\x04" + struct.pack("<i", len(values)) + np.array(values, "<i4").tobytes()


def _vector(values: npt.NDArray[np.float32]) -> bytes:
    return b"FV " + _int(len(values)) + values.astype("<f4").tobytes()


def _matrix(values: npt.NDArray[np.float32]) -> bytes:
    low, high = float(values.min()), float(values.max())
    steps = np.round((values - low) / (high - low) * 65535).astype("<u2")
    return b"CM2 " + struct.pack("<ffii", low, high - low, *values.shape) + steps.tobytes()


def _transition_model(transitions: Transitions) -> bytes:
    tuples = transitions.tuples()
    phones = [phone for phone, _, _ in tuples]
    data = _token("<TransitionModel>") + _token("<Topology>")
    data += _int_vector(phones) + _int_vector([-1] + [0] * len(phones))
    data += _int(-1) + _int(1)
    data += _int(2)  # states of the one topology: an emitting one and the end
    data += _int(0) + _int(1) + _int(2) + _int(0) + _float(0.5) + _int(1) + _float(0.5)
    data += _int(-1) + _int(-1) + _int(0)
    data += _token("</Topology>") + _token("<Tuples>") + _int(len(tuples))
    for phone, forward, stay in tuples:
        data += _int(phone) + _int(0) + _int(forward) + _int(stay)
    probabilities = np.full(2 * len(tuples) + 1, log(0.5), np.float32)
    probabilities[0] = 0
    data += _token("</Tuples>") + _token("<LogProbs>") + _vector(probabilities)
    return data + _token("</LogProbs>") + _token("</TransitionModel>")


def _network(layers: list[Affine]) -> bytes:
    config = [f"input-node name=input dim={layers[0].weights.shape[1] // len(layers[0].offsets)}"]
    components: list[tuple[str, bytes]] = []
    below = "input"
    for index, layer in enumerate(layers, start=1):
        outputs = layer.weights.shape[0]
        name = f"affine{index}"
        config.append(f"component-node name={name} component={name} input={_spliced(below, layer.offsets)}")
        components.append((name, _affine(layer)))
        kind, below = ("RectifiedLinear", f"relu{index}") if index < len(layers) else ("LogSoftmax", "softmax")
        config.append(f"component-node name={below} component={below} input={name}")
        components.append((below, _nonlinear(kind, outputs)))
    config.append(f"output-node name=output input={below} objective=linear")
    data = _token("<Nnet3>") + b"\n" + "".join(line + "\n" for line in config).encode() + b"\n"
    data += _token("<NumComponents>") + _int(len(components))
    for name, component in components:
        data += _token("<ComponentName>") + _token(name) + component
    return data + _token("</Nnet3>")


def _spliced(node: str, offsets: tuple[int, ...]) -> str:
    if offsets == (0,):
        return node
    parts = [node if offset == 0 else f"Offset({node}, {offset})" for offset in offsets]
    return f"Append({', '.join(parts)})"


def _affine(layer: Affine) -> bytes:
    data = _token("<FixedAffineComponent>") + _token("<LinearParams>") + _matrix(layer.weights)
    return data + _token("<BiasParams>") + _vector(layer.bias) + _token("</FixedAffineComponent>")


def _nonlinear(kind: str, dimension: int) -> bytes:
    empty = _vector(np.zeros(0, np.float32))
    data = _token(f"<{kind}Component>") + _token("<Dim>") + _int(dimension)
    data += _token("<ValueAvg>") + empty + _token("<DerivAvg>") + empty + _token("<Count>") + _double(0)
    data += _token("<OderivRms>") + empty + _token("<OderivCount>") + _double(0)
    data += _token("<NumDimsSelfRepaired>") + _double(0) + _token("<NumDimsProcessed>") + _double(0)
    return data + _token(f"</{kind}Component>")


def _acoustic_model(priors: npt.NDArray[np.float32]) -> bytes:
    data = _token("<LeftContext>") + _int(CONTEXT) + _token("<RightContext>") + _int(CONTEXT)
    return data + _token("<Priors>") + _vector(priors)
