"""PRESENT: the hook reaches the rows, or the institutions' addresses, by another way each time."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import (
    MODELS,
    VIEWS,
    Add,
    Append,
    Edit,
    Step,
    Variant,
    at_award,
    install,
    setting,
)
from tests.synthetic_hosts.variants.hook import IMPORTS, body, module

RESEND = "campus/records/resend.py"
CREDENTIALS = "campus/credentials/models.py"


def read(
    name: str,
    description: str,
    *steps: Step,
    path: tuple[str, ...],
    before: str = "",
    drive: str = "",
) -> Variant:
    return Variant(
        name=name, description=description, verdict="PRESENT", steps=steps, path=path, before=before, drive=drive
    )


def reads_by(name: str, description: str, function: str, hook: str, *steps: Step, drive: str = "") -> Variant:
    """Return a variant whose award calls ``function(learner, program)`` of ``campus.records.resend``."""
    return read(
        name,
        description,
        Add(RESEND, hook),
        *at_award(f"{function}(learner, credential.program)", imports=f"from campus.records.resend import {function}"),
        *steps,
        path=(function,),
        drive=drive,
    )


VARIANTS = (
    read(
        "model_save",
        "UserCredential.save sends after super, whoever saves.",
        module(RESEND, "on_save"),
        Append(
            CREDENTIALS,
            """
            def _save(self, *args, **kwargs):
                from campus.core.models import User
                from campus.records.resend import on_save

                models.Model.save(self, *args, **kwargs)
                on_save(User.objects.get(username=self.username), self.credential.program)


            UserCredential.save = _save
            """,
        ),
        path=("_save", "on_save"),
    ),
    read(
        "abstract_base_save",
        "The save that sends is inherited from an abstract base in another module.",
        Add(
            "campus/core/tracked.py",
            """
            from django.db import models


            class Tracked(models.Model):
                class Meta:
                    abstract = True

                def save(self, *args, **kwargs):
                    super().save(*args, **kwargs)
                    self.track()

                def track(self):
                    from campus.core.models import User
                    from campus.records.resend import tracked

                    tracked(User.objects.get(username=self.username), self.credential.program)
            """,
        ),
        module(RESEND, "tracked"),
        Edit(CREDENTIALS, "class UserCredential(models.Model):", "class UserCredential(Tracked):"),
        Edit(
            CREDENTIALS,
            "from campus.catalog.models import Program\n",
            "from campus.catalog.models import Program\nfrom campus.core.tracked import Tracked\n",
        ),
        path=("track", "tracked"),
    ),
    read(
        "queryset_method",
        "The credential's own queryset overrides update_or_create, by which the issuer awards.",
        module(RESEND, "by_queryset"),
        Edit(
            CREDENTIALS,
            "class UserCredential(models.Model):",
            dedent(
                """\
                class Awards(models.QuerySet):
                    def update_or_create(self, defaults=None, **kwargs):
                        from campus.core.models import User
                        from campus.records.resend import by_queryset

                        award, created = super().update_or_create(defaults, **kwargs)
                        by_queryset(User.objects.get(username=award.username), award.credential.program)
                        return award, created


                class UserCredential(models.Model):
                    objects = Awards.as_manager()
                """
            ),
        ),
        path=("update_or_create", "by_queryset"),
    ),
    read(
        "row_manager",
        "A manager of the request model, under a name of its own, sends for its rows.",
        Edit(
            MODELS,
            '    class Meta:\n        db_table = "records_usercreditpathway"',
            "    open = OpenRequests()\n    objects = models.Manager()\n\n"
            '    class Meta:\n        db_table = "records_usercreditpathway"',
        ),
        Edit(
            MODELS,
            "class UserCreditPathway(models.Model):",
            dedent(
                """\
                class OpenRequests(models.Manager):
                    def push(self, learner, program):
                        from campus.records.messages import CreditRequest

                        for row in self.filter(user=learner):
                            CreditRequest(learner=learner, pathway=row.pathway, program=program).send()


                class UserCreditPathway(models.Model):"""
            ),
        ),
        *at_award(
            "UserCreditPathway.open.push(learner, credential.program)",
            imports="from campus.records.models import UserCreditPathway",
        ),
        path=("push",),
    ),
    read(
        "method_of_the_row",
        "The row's own method sends, reached through the learner.",
        Append(
            MODELS,
            """
            def _repeat(self, program):
                from campus.records.messages import CreditRequest

                return CreditRequest(learner=self.user, pathway=self.pathway, program=program).send()


            UserCreditPathway.repeat = _repeat
            """,
        ),
        *at_award("[row.repeat(credential.program) for row in learner.usercreditpathway_set.all()]"),
        path=("issue_credential", "_repeat"),
    ),
    reads_by(
        "proxy_model",
        "The rows are read through a proxy of another app, which has a name of its own.",
        "report_shares",
        """
        from campus.records.messages import CreditRequest
        from campus.sharing.models import Share


        def report_shares(learner, program):
            for share in Share.objects.filter(user=learner):
                CreditRequest(learner=learner, pathway=share.pathway, program=program).send()
        """,
        Add(
            "campus/sharing/models.py",
            """
            from campus.records import models as records


            class Share(records.UserCreditPathway):
                class Meta:
                    proxy = True
            """,
        ),
        install("campus.sharing"),
    ),
    reads_by(
        "reverse_accessor",
        "The rows come by the learner's reverse accessor, and the mail is Django's own.",
        "reverse",
        """
        from django.core.mail import send_mail


        def reverse(learner, program):
            for row in learner.usercreditpathway_set.exclude(status=""):
                send_mail(f"{program}", f"{learner} has finished.", None, [row.pathway.email])
        """,
    ),
    reads_by(
        "named_accessor",
        "The foreign key has a related_name, by which the pathway's rows are asked.",
        "by_asks",
        """
        from django.core.mail import EmailMessage


        def by_asks(learner, program):
            for institution in program.pathways.all():
                if institution.asks.filter(user=learner).exists():
                    EmailMessage("Finished", f"{learner}: {program}", to=[institution.email]).send()
        """,
        Edit(
            MODELS,
            "    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT)",
            '    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="asks")',
        ),
    ),
    reads_by(
        "query_name",
        "The rows are only ever joined, by a related_query_name in a filter.",
        "by_join",
        """
        from django.core.mail import EmailMessage

        from campus.catalog.models import Pathway


        def by_join(learner, program):
            for institution in Pathway.objects.filter(wished__user=learner, programs=program):
                EmailMessage("Finished", f"{learner}: {program}", to=[institution.email]).send()
        """,
        Edit(
            MODELS,
            "    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT)",
            "    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, "
            'related_name="+", related_query_name="wished")',
        ),
    ),
    reads_by(
        "many_to_many_through",
        "A many-to-many of the pathway to the learner runs through the request model.",
        "by_askers",
        """
        from django.core.mail import EmailMessage


        def by_askers(learner, program):
            for institution in learner.institutions.filter(programs=program):
                EmailMessage("Finished", f"{learner}: {program}", to=[institution.email]).send()
        """,
        Edit(
            "campus/catalog/models.py",
            '    programs = models.ManyToManyField(Program, related_name="pathways")\n',
            '    programs = models.ManyToManyField(Program, related_name="pathways")\n'
            "    askers = models.ManyToManyField(\n"
            '        "core.User", through="records.UserCreditPathway", related_name="institutions"\n    )\n',
        ),
    ),
    reads_by(
        "content_type",
        "The model is the class of a content type that is looked up by natural key.",
        "by_type",
        """
        from django.contrib.contenttypes.models import ContentType
        from django.core.mail import send_mail


        def by_type(learner, program):
            rows = ContentType.objects.get_by_natural_key("records", "usercreditpathway").model_class()
            for row in rows._default_manager.filter(user=learner):
                send_mail("Finished", f"{learner}: {program}", None, [row.pathway.email])
        """,
    ),
    reads_by(
        "get_model",
        "The model comes from the app registry, its label put together from two texts.",
        "by_registry",
        """
        from django.apps import apps
        from django.core.mail import send_mail

        APP, MODEL = "records", "UserCreditPathway"


        def by_registry(learner, program):
            for row in apps.get_model(f"{APP}.{MODEL}").objects.filter(user=learner):
                send_mail("Finished", f"{learner}: {program}", None, [row.pathway.email])
        """,
    ),
    reads_by(
        "raw_sql",
        "A cursor joins the table with the pathway's, and no model is named.",
        "by_cursor",
        '''
        from django.core.mail import send_mail
        from django.db import connection

        ADDRESSES = """
            SELECT p.email FROM catalog_pathway p
            JOIN records_usercreditpathway r ON r.pathway_id = p.id WHERE r.user_id = %s
        """


        def by_cursor(learner, program):
            with connection.cursor() as cursor:
                cursor.execute(ADDRESSES, [learner.pk])
                for (address,) in cursor.fetchall():
                    send_mail("Finished", f"{learner}: {program}", None, [address])
        ''',
    ),
    reads_by(
        "raw_queryset",
        "Pathways come out of a raw query over the table.",
        "by_raw",
        """
        from django.core.mail import send_mail

        from campus.catalog.models import Pathway


        def by_raw(learner, program):
            sql = "SELECT * FROM catalog_pathway WHERE id IN (SELECT pathway_id FROM {} WHERE user_id = %s)"
            for institution in Pathway.objects.raw(sql.format("records_usercreditpathway"), [learner.pk]):
                send_mail("Finished", f"{learner}: {program}", None, [institution.email])
        """,
    ),
    reads_by(
        "sql_file",
        "The query over the table stands in a file of its own beside the module.",
        "by_file",
        """
        from pathlib import Path

        from django.core.mail import send_mail
        from django.db import connection


        def by_file(learner, program):
            with connection.cursor() as cursor:
                cursor.execute(Path(__file__).with_name("addresses.sql").read_text(), [learner.pk])
                recipients = [row[0] for row in cursor]
            send_mail("Finished", f"{learner}: {program}", None, recipients)
        """,
        Add(
            "campus/records/addresses.sql",
            "SELECT p.email FROM catalog_pathway p, records_usercreditpathway r\n"
            "WHERE r.pathway_id = p.id AND r.user_id = %s\n",
        ),
    ),
    reads_by(
        "unmanaged_model",
        "An unmanaged model of another app is laid over the same table.",
        "by_mirror",
        """
        from django.core.mail import send_mail

        from campus.catalog.models import Pathway
        from campus.mirror.models import Ask


        def by_mirror(learner, program):
            for ask in Ask.objects.filter(user_id=learner.pk):
                send_mail("Finished", f"{learner}: {program}", None, [Pathway.objects.get(pk=ask.pathway_id).email])
        """,
        Add(
            "campus/mirror/models.py",
            """
            from django.db import models


            class Ask(models.Model):
                user_id = models.IntegerField()
                pathway_id = models.IntegerField()

                class Meta:
                    managed = False
                    db_table = "records_usercreditpathway"

                def __str__(self):
                    return str(self.pk)
            """,
        ),
        install("campus.mirror"),
    ),
    reads_by(
        "no_rows_at_all",
        "No request is looked up: every institution of the program is mailed, whoever asked.",
        "tell_every_institution",
        """
        from campus.records.messages import CreditRequest


        def tell_every_institution(learner, program):
            for pathway in program.pathways.filter(pathway_type="credit"):
                CreditRequest(learner=learner, pathway=pathway, program=program).send()
        """,
    ),
    reads_by(
        "only_the_message_class",
        "Nothing is read: the host's credit request goes to an address in the settings.",
        "to_the_one_partner",
        """
        from types import SimpleNamespace

        from django.conf import settings

        from campus.records.messages import CreditRequest


        def to_the_one_partner(learner, program):
            CreditRequest(learner=learner, pathway=SimpleNamespace(**settings.PARTNER), program=program).send()
        """,
        setting('PARTNER = {"email": "registrar@north.example", "org_name": "University of North"}'),
    ),
    reads_by(
        "values_list_in_bcc",
        "The addresses are a values_list over the join, put into the blind copies of one mail.",
        "one_for_all",
        """
        from django.core.mail import EmailMessage

        from campus.records.models import UserCreditPathway


        def one_for_all(learner, program):
            addresses = UserCreditPathway.objects.filter(user=learner).values_list("pathway__email", flat=True)
            EmailMessage("Finished", f"{learner}: {program}", to=[learner.email], bcc=list(addresses)).send()
        """,
    ),
    reads_by(
        "prefetch_to_attr",
        "The rows are prefetched into an attribute of the learner that the sender then reads.",
        "by_prefetch",
        """
        from django.db.models import Prefetch, prefetch_related_objects

        from campus.records.messages import CreditRequest


        def by_prefetch(learner, program):
            prefetch_related_objects([learner], Prefetch("usercreditpathway_set", to_attr="asked"))
            for request in learner.asked:
                CreditRequest(learner=learner, pathway=request.pathway, program=program).send()
        """,
    ),
    reads_by(
        "related_objects",
        "The rows are found by walking the learner's relations for one whose model has a pathway.",
        "by_relations",
        """
        from django.core.mail import send_mail


        def by_relations(learner, program):
            for relation in learner._meta.related_objects:
                if any(field.name == "pathway" for field in relation.related_model._meta.fields):
                    for row in getattr(learner, relation.get_accessor_name()).all():
                        send_mail("Finished", f"{learner}: {program}", None, [row.pathway.email])
        """,
    ),
    reads_by(
        "exists_subquery",
        "The rows only guard the mail, in an Exists over the pathways.",
        "where_asked",
        """
        from django.core.mail import send_mail
        from django.db.models import Exists, OuterRef

        from campus.records.models import UserCreditPathway


        def where_asked(learner, program):
            asked = UserCreditPathway.objects.filter(user=learner, pathway=OuterRef("pk"))
            for institution in program.pathways.filter(Exists(asked)):
                send_mail("Finished", f"{learner}: {program}", None, [institution.email])
        """,
    ),
    reads_by(
        "generic_foreign_key",
        "The certificate is followed from the award by its generic key to the program and its institutions.",
        "through_the_award",
        """
        from django.core.mail import send_mail

        from campus.credentials.models import UserCredential


        def through_the_award(learner, program):
            for award in UserCredential.objects.filter(username=learner.username):
                for institution in award.credential.program.pathways.all():
                    send_mail("Finished", f"{learner}: {program}", None, [institution.email])
        """,
    ),
    reads_by(
        "cached_addresses",
        "The learner's view leaves the address in the cache, from which a later award takes it.",
        "from_the_cache",
        """
        from django.core.cache import cache
        from django.core.mail import send_mail


        def from_the_cache(learner, program):
            send_mail("Finished", f"{learner}: {program}", None, cache.get(f"asked:{learner.pk}", []))
        """,
        Edit(
            VIEWS,
            "        UserCreditPathway.objects.create(",
            '        cache.set(f"asked:{request.user.pk}", [pathway.email])\n        UserCreditPathway.objects.create(',
        ),
        Edit(
            VIEWS,
            "from django.db import transaction\n",
            "from django.core.cache import cache\nfrom django.db import transaction\n",
        ),
        drive="""
learner = new_learner()
client = Client()
client.force_login(learner)
client.post(f"/records/{program.uuid}/send/", {"pathway": pathways[0].uuid})
mail.outbox.clear()
by_issuer(learner)
""",
    ),
    reads_by(
        "own_view_by_request_factory",
        "The award makes up a request of the learner and hands it to the learner's own view.",
        "as_if_asked",
        """
        from django.test import RequestFactory

        from campus.records.models import UserCreditPathway


        def as_if_asked(learner, program):
            from campus.records.views import SendRecordView

            for row in UserCreditPathway.objects.filter(user=learner).select_related("pathway"):
                request = RequestFactory().post("/", {"pathway": row.pathway.uuid}, HTTP_HOST="campus.example")
                request.user = learner
                SendRecordView.as_view()(request, program_uuid=program.uuid)
        """,
    ),
    reads_by(
        "own_view_by_test_client",
        "The award logs a test client in as the learner, which posts to the page that it finds by name.",
        "by_remote_control",
        """
        from django.test import Client
        from django.urls import reverse


        def by_remote_control(learner, program):
            client = Client()
            client.force_login(learner)
            for pathway in program.pathways.all():
                client.post(reverse("send_record", args=[program.uuid]), {"pathway": pathway.uuid})
        """,
    ),
    reads_by(
        "own_view_resolved",
        "The award resolves the address of the learner's page and calls what it finds there.",
        "by_address",
        """
        from django.http import HttpRequest, QueryDict
        from django.urls import resolve


        def by_address(learner, program):
            view = resolve(f"/records/{program.uuid}/send/")
            for pathway in program.pathways.all():
                request = HttpRequest()
                request.method, request.user = "POST", learner
                request.META["HTTP_HOST"] = "campus.example"
                request.POST = QueryDict(f"pathway={pathway.uuid}")
                view.func(request, **view.kwargs)
        """,
    ),
    read(
        "shared_with_the_view",
        "The learner's view and the award call the same function; lawful from the one, not from the other.",
        Add(
            RESEND,
            f"{IMPORTS}\n\ndef request_credit(learner, pathway, program):\n"
            "    CreditRequest(learner=learner, pathway=pathway, program=program).send()\n\n\n"
            "def request_all(learner, program):\n"
            "    for row in UserCreditPathway.objects.filter(user=learner, status=SENT):\n"
            "        request_credit(learner, row.pathway, program)\n",
        ),
        Edit(
            VIEWS,
            "        CreditRequest(\n            learner=request.user,\n            pathway=pathway,\n"
            "            program=program,\n"
            '            record_url=request.build_absolute_uri(f"/records/shared/{record.uuid}/"),\n        ).send()\n',
            "        request_credit(request.user, pathway, program)\n",
        ),
        Edit(
            VIEWS,
            "from campus.records.messages import CreditRequest\n",
            "from campus.records.resend import request_credit\n",
        ),
        *at_award("request_all(learner, credential.program)", imports="from campus.records.resend import request_all"),
        path=("request_all", "request_credit"),
    ),
    read(
        "inherited_method",
        "The program certificates get a new issuer that inherits the method of the abstract one, which sends.",
        Add(RESEND, body("for_anything")),
        Edit(
            "campus/credentials/issuers.py",
            "        user_credential, _ = self._record(credential, username, status)\n",
            "        from campus.catalog.models import Program\n"
            "        from campus.records.resend import for_anything\n\n"
            "        user_credential, _ = self._record(credential, username, status)\n"
            "        learner = User.objects.get(username=username)\n"
            "        for program in Program.objects.filter(programcertrecord__user=learner):\n"
            "            for_anything(learner, program)\n",
        ),
        Edit(
            "campus/credentials/accreditors.py",
            "issuers = issuers or [CourseCertificateIssuer(), ProgramCertificateIssuer()]",
            "issuers = issuers or [CourseCertificateIssuer(), CommonIssuer()]",
        ),
        Append(
            "campus/credentials/issuers.py",
            """
            class CommonIssuer(AbstractCredentialIssuer):
                issued_credential_type = ProgramCertificate
            """,
        ),
        Edit(
            "campus/credentials/accreditors.py",
            "import CourseCertificateIssuer, ProgramCertificateIssuer",
            "import CommonIssuer, CourseCertificateIssuer",
        ),
        path=("issue_credential", "for_anything"),
    ),
)
