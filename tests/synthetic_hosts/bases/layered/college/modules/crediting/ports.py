from typing import Protocol


class Registrars(Protocol):
    def ask(self, learner, pathway, program, link="") -> None:
        """Hand a learner's request to the institution at the end of the pathway."""
