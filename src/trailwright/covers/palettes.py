"""Colours of covers: ten sets that hang beside each other, each with enough contrast for a title. Pure."""

from dataclasses import dataclass

_LINEAR_BELOW = 0.04045


@dataclass(frozen=True)
class Palette:
    """`ground` carries the picture, `deep` and `light` are its dark and bright ends, `mid` lies between."""

    name: str
    ground: str
    deep: str
    mid: str
    light: str
    accent: str

    @property
    def ink(self) -> str:
        """What is read best on the ground."""
        return self.ink_on(self.ground)

    def ink_on(self, plate: str) -> str:
        """What is read best on `plate`."""
        return max((self.light, self.deep), key=lambda colour: contrast(colour, plate))


PALETTES = (
    Palette("moss", "#24503C", "#16352A", "#3F7D60", "#F0F4E8", "#E9B44C"),
    Palette("paper", "#F2E6CE", "#3E2E16", "#DDBF86", "#FFFAF0", "#2F6B4F"),
    Palette("lake", "#1F4E73", "#12334D", "#4480AC", "#EDF4F8", "#F2A65A"),
    Palette("rust", "#9C3F2A", "#5A1F13", "#C76A4A", "#FCEFE6", "#F5CD6E"),
    Palette("plum", "#4A2F5B", "#2D1C3B", "#7C5896", "#F5EEF8", "#F0A58F"),
    Palette("stone", "#E6E2D6", "#2A302C", "#BDB6A2", "#FCFAF5", "#A63A26"),
    Palette("lagoon", "#0F5E63", "#083C40", "#3A959B", "#E8F6F4", "#F6BE62"),
    Palette("clay", "#EDCDBE", "#54282A", "#D9997F", "#FFF6F1", "#23606E"),
    Palette("night", "#1D2540", "#10162A", "#45547F", "#EEF0F8", "#F2C65B"),
    Palette("sage", "#CDDAC4", "#223C2B", "#92B08C", "#F8FBF5", "#B24A26"),
    Palette("sky", "#CFE2EC", "#173A50", "#88B5CC", "#F7FBFD", "#C04E22"),
    Palette("mustard", "#E5B64A", "#43300A", "#C48D1F", "#FFF8E3", "#1F4B5C"),
)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
