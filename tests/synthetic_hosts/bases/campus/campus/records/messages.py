from django.core.mail import EmailMessage


class CreditRequest(EmailMessage):
    """Tells an institution that a learner asks it for credit for a program."""

    def __init__(self, *, learner, pathway, program, record_url=""):
        super().__init__(
            subject=f"Credit request: {program.title}",
            body=f"Dear {pathway.org_name},\n\n{learner.get_full_name()} asks for credit.\nRecord: {record_url}",
            to=[pathway.email],
            reply_to=[learner.email],
        )
