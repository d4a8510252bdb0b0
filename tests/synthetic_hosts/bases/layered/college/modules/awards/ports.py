from typing import Protocol


class Congratulations(Protocol):
    def congratulate(self, learner, program) -> None:
        """Tell a learner of the certificate."""
