from django.core.mail import EmailMessage


class ProgramCompleted(EmailMessage):
    """Congratulates a learner on a program certificate."""

    def __init__(self, *, learner, program):
        super().__init__(
            subject=f"Congratulations on finishing {program.title}!",
            body=f"Dear {learner.get_full_name()},\n\nyou have earned the certificate of {program.title}.",
            to=[learner.email],
        )
