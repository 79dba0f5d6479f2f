"""The replay page: calls to filter, look at, listen to, compare and review, in the browser.

It reads the folders of calls and never writes into them; what reviewers say goes to the log of `probe.evidence.reviews`,
what was drawn is kept in `<recordings>/.web/` and may be deleted at any time. Everything it serves is in the recordings
folder or in this package, so it works without a network.

    guard ──▶ pages      the list, a call, two calls side by side, the log of reviews
              media      audio by byte range, waveform, spectrogram, files of a call
              reviewing  signing in, and reviews
"""
