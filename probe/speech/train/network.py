"""The acoustic network: a time-delay net over MFCCs, one output frame for three input frames.

Peddinti, Povey, Khudanpur 2015 (TDNN), trained frame by frame with cross-entropy: espeak-ng gives the labels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from probe.speech.train.features import DIMENSION

CONTEXT = 15
"""Input frames the network sees on each side."""
STRIDE = 3
_WIDTH = 320
_LAYERS = 4
_BATCH, _CHUNK = 64, 150
_RATE = 3e-3


@dataclass(frozen=True, slots=True)
class Affine:
    """One layer as Kaldi applies it: the frame offsets it splices, its weights (out by offsets*in) and bias."""

    offsets: tuple[int, ...]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]


class Network(nn.Module):  # type: ignore[misc]  # torch is not needed where this is only checked
    """conv 7 stride 3 → 4 × conv 3 → linear; each ReLU then batch normalisation."""

    def __init__(self, mean: torch.Tensor, deviation: torch.Tensor, outputs: int) -> None:
        """Fix the input's mean and standard deviation."""
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.layers = nn.ModuleList([nn.Conv1d(DIMENSION, _WIDTH, 7, stride=STRIDE)])
        self.layers.extend(nn.Conv1d(_WIDTH, _WIDTH, 3) for _ in range(_LAYERS))
        self.norms = nn.ModuleList(nn.BatchNorm1d(_WIDTH) for _ in self.layers)
        self.last = nn.Conv1d(_WIDTH, outputs, 1)
        self.dropout = nn.Dropout(0.1)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """Return log-odds (batch, outputs, frames/3) of features (batch, 40, frames + 30)."""
        hidden = (frames - self.mean[:, None]) / self.deviation[:, None]
        for layer, norm in zip(self.layers, self.norms, strict=True):
            hidden = self.dropout(norm(torch.relu(layer(hidden))))
        result: torch.Tensor = self.last(hidden)
        return result

    def affines(self) -> list[Affine]:
        """Return the layers with the input's and the batches' normalisation folded into the layer that follows."""
        scale, shift = 1 / self.deviation, -self.mean / self.deviation
        folded = []
        for index, layer in enumerate([*self.layers, self.last]):
            weights, bias = layer.weight.detach(), layer.bias.detach()
            bias = bias + (weights.sum(2) * shift).sum(1)
            weights = weights * scale[:, None]
            size = weights.shape[2]
            step = 1 if index == 0 else STRIDE
            offsets = tuple(step * (position - size // 2) for position in range(size))
            flat = weights.permute(0, 2, 1).reshape(weights.shape[0], -1)
            folded.append(Affine(offsets, flat.numpy().astype(np.float32), bias.numpy().astype(np.float32)))
            if index < len(self.norms):
                norm: Any = self.norms[index]
                scale = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
                shift = norm.bias.detach() - norm.running_mean * scale
        return folded


def fit(
    features: npt.NDArray[np.float16],
    labels: npt.NDArray[np.int16],
    outputs: int,
    epochs: int,
    seed: int,
    progress: Callable[[float], None],
) -> tuple[Network, float]:
    """Return the network trained on one long stream of frames, and its share of right frames in the last epoch."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    sample = torch.from_numpy(features[:: max(1, len(features) // 200_000)].astype(np.float32))
    network = Network(sample.mean(0), sample.std(0) + 1e-3, outputs)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=1e-3)
    span = _CHUNK * STRIDE
    steps = (len(features) - 2 * CONTEXT - span) // (span * _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=epochs * steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    right = 0.0
    # Three times faster where the processor has it; elsewhere it would be slower.
    half = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    network.train()
    for epoch in range(epochs):
        # Another phase each epoch: every frame is once the middle one of three, and chunks are cut elsewhere.
        starts = int(rng.integers(0, span)) + span * rng.permutation(steps * _BATCH - 1)
        right = 0.0
        for step in range(steps):
            chosen = starts[step * _BATCH : (step + 1) * _BATCH]
            window = np.stack([features[start : start + span + 2 * CONTEXT - 2] for start in chosen])
            truth = np.stack([labels[start + CONTEXT : start + CONTEXT + span : STRIDE] for start in chosen])
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                guess = network(torch.from_numpy(window.astype(np.float32)).transpose(1, 2))
            target = torch.from_numpy(truth.astype(np.int64))
            loss = loss_of(guess.float(), target)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            right += float((guess.detach().argmax(1) == target).float().mean()) / steps
            progress((epoch + (step + 1) / steps) / epochs)
    network.eval()
    return network, right
