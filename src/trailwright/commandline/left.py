"""What a product that ends leaves for its next start."""

from dataclasses import dataclass

from trailwright.kit.words import plural


@dataclass(frozen=True)
class Left:
    """Counts of tasks; `anew`: pieces that were cut off and begin again."""

    going: int
    waiting: int
    anew: int

    def __str__(self) -> str:
        if not (self.going or self.waiting):
            return "Nothing was under way."
        said = []
        if self.going:
            anew = f" ({plural(self.anew, 'piece begins', 'pieces begin')} anew)" if self.anew else ""
            tasks = plural(self.going, "task goes", "tasks go")
            itself = "itself" if self.going == 1 else "themselves"
            said.append(f"{tasks} on by {itself} at the next start{anew}")
        if self.waiting:
            said.append(f"{plural(self.waiting, 'task waits', 'tasks wait')} for you")
        return "; ".join(said) + "."
