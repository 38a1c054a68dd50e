"""What each setting means: the words that the web app tells too."""

from trailwright.configuration.words import WORDS, Words

__all__ = ["WORDS", "Words"]
