from django.core.mail import EmailMessage


class RequestLetter(EmailMessage):
    """Tells an institution that a learner asks it for credit for a program."""

    def __init__(self, learner, pathway, program, link=""):
        super().__init__(
            subject=f"Credit request: {program.title}",
            body=f"Dear {pathway.institution},\n\n{learner.get_full_name()} asks for credit.\nRecord: {link}",
            to=[pathway.contact],
            reply_to=[learner.email],
        )


class RegistrarsByPost:
    """Asks by mail."""

    def ask(self, learner, pathway, program, link=""):
        RequestLetter(learner, pathway, program, link).send()
