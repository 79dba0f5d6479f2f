"""Acoustic features and their one description, shared by training and by the model's `mfcc.conf`."""

import kaldi_native_fbank
import numpy as np
import numpy.typing as npt

DIMENSION = 40
SHIFT = 80
"""Samples from one frame to the next (10 ms)."""
CENTRE = 100
"""Samples from a frame's start to its middle (windows of 25 ms)."""

CONFIGURATION = """\
--use-energy=false
--sample-frequency=8000
--num-mel-bins=40
--num-ceps=40
--low-freq=40
--high-freq=-200
--dither=0
--allow-downsample=true
--allow-upsample=true
"""


def mfcc(audio: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    """Return the features of 8 kHz audio: frames by 40, as Kaldi computes them from `CONFIGURATION`."""
    options = kaldi_native_fbank.MfccOptions()
    options.use_energy = False
    options.frame_opts.samp_freq = 8000
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = DIMENSION
    options.num_ceps = DIMENSION
    options.mel_opts.low_freq = 40
    options.mel_opts.high_freq = -200
    extractor = kaldi_native_fbank.OnlineMfcc(options)
    extractor.accept_waveform(8000, audio.astype(np.float32).tolist())
    extractor.input_finished()
    frames = [extractor.get_frame(index) for index in range(extractor.num_frames_ready)]
    return np.array(frames, np.float32).reshape(-1, DIMENSION)
