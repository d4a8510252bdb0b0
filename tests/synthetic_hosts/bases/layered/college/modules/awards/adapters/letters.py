from django.core.mail import send_mail
from django.template.loader import render_to_string


class LearnerLetters:
    """Writes to learners."""

    template = "awards/congratulation.txt"

    def congratulate(self, learner, program):
        text = render_to_string(self.template, {"learner": learner, "program": program})
        send_mail(f"Congratulations on finishing {program.title}!", text, None, [learner.email])
