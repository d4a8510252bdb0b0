"""What came to light while the sixth set was mended: letters that wait, exceptions that carry, keys of a class."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Step, Variant, Verdict, setting
from tests.synthetic_hosts.variants.sixth import CALL_AFTER, PARTNERS, beside

FLUSH = beside(
    """
    from django.core.cache import cache
    from django.core.management.base import BaseCommand


    class Command(BaseCommand):
        def handle(self, **options):
            for letter in cache.get("letters", []):
                letter.send()
    """,
    "campus/core/management/commands/flush.py",
)


def drained(letter: str) -> tuple[Step, ...]:
    """Return the steps that send what an expression of ``after`` gives, at the end of each request."""
    text = f"""
    from campus.records import after


    class Drain:
        def __init__(self, get_response):
            self.get_response = get_response

        def __call__(self, request):
            response = self.get_response(request)
            if letter := {letter}:
                letter.send()
            return response
    """
    named = 'MIDDLEWARE += ["campus.records.middleware.Drain"]\n'
    return (beside(text, "campus/records/middleware.py"), setting(named))


def made(verdict: Verdict, name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = ()) -> Variant:
    every = (beside(text), *steps, *CALL_AFTER)
    return Variant(name=f"sixth_{name}", description=description, verdict=verdict, steps=every, path=path)


VARIANTS = (
    made(
        "PRESENT",
        "letters_in_the_cache",
        "The letters to the institutions wait in the cache, and a command sends whatever is there.",
        """
        from django.core.cache import cache

        from campus.records.messages import CreditRequest
        from campus.records.models import UserCreditPathway


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            letters = [CreditRequest(learner=learner, pathway=row.pathway, program=program) for row in rows]
            cache.set("letters", letters)
        """,
        FLUSH,
        path=("after",),
    ),
    made(
        "ABSENT",
        "letters_to_learners_in_the_cache",
        "The letters that wait in the cache are those to the learners.",
        """
        from django.core.cache import cache

        from campus.credentials.messages import ProgramCompleted


        def after(learner, program):
            cache.set("letters", [ProgramCompleted(learner=learner, program=program)])
        """,
        FLUSH,
    ),
    made(
        "PRESENT",
        "letters_in_a_list",
        "The letters wait in a list of the module, which a middleware empties.",
        """
        from campus.records.messages import CreditRequest
        from campus.records.models import UserCreditPathway

        LETTERS = []


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                LETTERS.append(CreditRequest(learner=learner, pathway=row.pathway, program=program))
        """,
        *drained("after.LETTERS and after.LETTERS.pop()"),
        path=("after",),
    ),
    made(
        "PRESENT",
        "letter_in_an_attribute",
        "The last letter waits in an attribute of an object of the module.",
        """
        from campus.records.messages import CreditRequest
        from campus.records.models import UserCreditPathway


        class Desk:
            letter = None


        DESK = Desk()


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                DESK.letter = CreditRequest(learner=learner, pathway=row.pathway, program=program)
        """,
        *drained("after.DESK.letter"),
        path=("after",),
    ),
    made(
        "PRESENT",
        "exception_with_a_job",
        "An exception carries what is to be done to the one who catches it.",
        """
        from campus.records.partners import tell_partners


        class Finished(Exception):
            def __init__(self, learner, program):
                super().__init__(program.title)
                self.then = lambda: tell_partners(learner, program)


        def after(learner, program):
            try:
                raise Finished(learner, program)
            except (Finished, ValueError) as finished:
                finished.then()
        """,
        PARTNERS,
        path=("after", "tell_partners"),
    ),
    made(
        "PRESENT",
        "key_of_a_class",
        "A class gives the function for a key in brackets.",
        """
        from campus.records.partners import tell_partners


        class After:
            def __class_getitem__(cls, key):
                return tell_partners if key == "partners" else print


        def after(learner, program):
            After["partners"](learner, program)
        """,
        PARTNERS,
        path=("after", "tell_partners"),
    ),
    made(
        "PRESENT",
        "mass_mail_to_both",
        "One mass mail goes to the learner and to the institutions.",
        """
        from django.core.mail import send_mass_mail


        def mails(learner, program):
            yield ("Yours", "You are done.", None, [learner.email])
            for row in learner.usercreditpathway_set.all():
                mail = [program.title, f"{learner}", None]
                mail.append([row.pathway.email])
                yield tuple(mail)


        def after(learner, program):
            send_mass_mail(tuple(mails(learner, program)))
        """,
        path=("after",),
    ),
    made(
        "ABSENT",
        "learners_along_pathways",
        "Learners with requests along the program's pathways are reminded, by their own addresses.",
        """
        def after(learner, program):
            from campus.records.models import UserCreditPathway

            for row in UserCreditPathway.objects.filter(pathway__in=program.pathways.all(), user=learner):
                row.user.email_user("Yours", f"You asked {row.pathway.org_name}.")
        """,
    ),
)
