"""What is handed to somebody who has nothing of ours: bundles with a page that plays them, a letter, and how to check them."""

from __future__ import annotations

from probe.exhibit.pack import pack

__all__ = ["pack"]
