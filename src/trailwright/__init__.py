"""Trailwright: from a goal to a personal learning roadmap and everything it needs."""

__version__ = "0.1.0"
