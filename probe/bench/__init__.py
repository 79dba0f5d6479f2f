"""Measuring detectors on simulated hotlines: many calls in virtual time, each beside the truth about it."""
