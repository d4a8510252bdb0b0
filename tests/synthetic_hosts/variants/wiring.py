"""PRESENT: nothing in the issuer calls the hook; something that is connected, installed or put over it does."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import (
    SETTINGS,
    URLS,
    Add,
    Append,
    Edit,
    Step,
    Variant,
    at_award,
    at_start,
    install,
    setting,
)
from tests.synthetic_hosts.variants.hook import IMPORTS, body, module

RECEIVERS = "campus/records/receivers.py"
BASE_RECEIVERS = "campus/credentials/receivers.py"
ADMIN = "campus/credentials/admin.py"
OF_CREDENTIAL = """

def {name}(sender, **kwargs):
    from campus.core.models import User

    award = kwargs.get("user_credential") or kwargs["instance"]
    {hook}(User.objects.get(username=award.username), award.credential.program)
"""


def wired(
    name: str, description: str, *steps: Step, path: tuple[str, ...], before: str = "", drive: str = ""
) -> Variant:
    return Variant(
        name=name, description=description, verdict="PRESENT", steps=steps, path=path, before=before, drive=drive
    )


def receiver(hook: str, name: str, more: str = "", path: str = RECEIVERS) -> Add:
    return module(path, hook, OF_CREDENTIAL.format(hook=hook, name=name) + dedent(more))


VARIANTS = (
    wired(
        "receiver_decorator",
        "A receiver of the host's own signal, connected where the other receivers are.",
        Append(
            BASE_RECEIVERS,
            body("mail_out")
            + OF_CREDENTIAL.format(hook="mail_out", name="on_award").replace(
                "\n\ndef on", "\n\n@receiver(program_certificate_awarded)\ndef on"
            ),
        ),
        path=("on_award", "mail_out"),
    ),
    wired(
        "receiver_lambda_with_uid",
        "A lambda is connected in ready, held strongly, under a dispatch_uid.",
        receiver("speak", "spoken"),
        at_start(
            """
            from campus.credentials.signals import program_certificate_awarded
            from campus.records import receivers

            program_certificate_awarded.connect(
                lambda **kwargs: receivers.spoken(**kwargs), weak=False, dispatch_uid="campus.metrics"
            )
            """
        ),
        path=("spoken", "speak"),
    ),
    wired(
        "receivers_in_the_settings",
        "Signal and receiver are a pair of dotted paths in the settings that ready connects.",
        receiver("remind", "metrics"),
        setting(
            'RECEIVERS = {"campus.credentials.signals.program_certificate_awarded": "campus.records.receivers.metrics"}'
        ),
        at_start(
            """
            from django.conf import settings
            from django.utils.module_loading import import_string

            for signal, function in settings.RECEIVERS.items():
                import_string(signal).connect(import_string(function))
            """
        ),
        path=("metrics", "remind"),
    ),
    wired(
        "post_save",
        "post_save of the credential, which the admin's form and update_or_create send too.",
        receiver(
            "echo",
            "saved",
            """
            from django.db.models.signals import post_save

            from campus.credentials.models import UserCredential

            post_save.connect(saved, sender=UserCredential)
            """,
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
        path=("saved", "echo"),
    ),
    wired(
        "post_save_by_label",
        "post_save is connected to the sender's label, before the model is there.",
        receiver(
            "answer",
            "credential_saved",
            """
            from django.db.models.signals import post_save

            post_save.connect(credential_saved, sender="credentials.UserCredential")
            """,
        ),
        Edit("campus/records/models.py", "SENT =", "from campus.records import receivers  # noqa\n\nSENT ="),
        Edit(RECEIVERS, IMPORTS, "\n"),
        Edit(
            RECEIVERS,
            "def answer(learner, program):\n",
            "def answer(learner, program):\n"
            "    from campus.records.messages import CreditRequest\n"
            "    from campus.records.models import SENT, UserCreditPathway\n\n",
        ),
        path=("credential_saved", "answer"),
    ),
    wired(
        "post_save_of_any_model",
        "post_save of every model, with the sender told apart inside by its label.",
        receiver(
            "spread",
            "of_credential",
            """
            from django.db.models.signals import post_save
            from django.dispatch import receiver


            @receiver(post_save)
            def index_for_search(sender, instance, **kwargs):
                if sender._meta.label_lower == "credentials.usercredential":
                    of_credential(sender, instance=instance)
            """,
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
        path=("index_for_search", "spread"),
    ),
    wired(
        "pre_save_bound_method",
        "A bound method of an object that a module keeps is the receiver of pre_save.",
        Add(
            RECEIVERS,
            body("advance")
            + dedent(
                """
                from django.db.models.signals import pre_save

                from campus.core.models import User
                from campus.credentials.models import UserCredential


                class Watch:
                    def start(self):
                        pre_save.connect(self.changed, sender=UserCredential)

                    def changed(self, sender, instance, **kwargs):
                        advance(User.objects.get(username=instance.username), instance.credential.program)


                watch = Watch()
                watch.start()
                """
            ),
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
        path=("changed", "advance"),
    ),
    wired(
        "signal_subclass",
        "The signal itself is of a subclass whose send mails before it tells its receivers.",
        Edit(
            "campus/credentials/signals.py",
            "program_certificate_awarded = Signal()",
            dedent(
                """
                class AwardSignal(Signal):
                    def send(self, sender, **named):
                        from campus.records.receivers import told

                        told(sender, **named)
                        return super().send(sender, **named)


                program_certificate_awarded = AwardSignal()"""
            ),
        ),
        receiver("relate", "told"),
        path=("told", "relate"),
    ),
    wired(
        "monkeypatch_in_ready",
        "An app's ready puts a wrapper over the issuer's method.",
        module("campus/records/patches.py", "broadcast"),
        at_start(
            """
            from campus.credentials.issuers import ProgramCertificateIssuer
            from campus.records.patches import broadcast

            congratulate = ProgramCertificateIssuer._congratulate

            def both(self, learner, program):
                congratulate(self, learner, program)
                broadcast(learner, program)

            ProgramCertificateIssuer._congratulate = both
            """
        ),
        path=("broadcast",),
    ),
    wired(
        "setattr_monkeypatch",
        "A module that the receivers import sets methods on the accreditor in a loop over names.",
        module(
            "campus/records/patches.py",
            "relay",
            dedent(
                """

                def relayed(original):
                    def method(self, credential, username, status, request=None):
                        from campus.core.models import User

                        user_credential = original(self, credential, username, status, request)
                        relay(User.objects.get(username=username), credential.program)
                        return user_credential

                    return method


                def apply(owner, *names):
                    for name in names:
                        setattr(owner, name, relayed(getattr(owner, name)))
                """
            ),
        ),
        at_start(
            """
            from campus.credentials.accreditors import Accreditor
            from campus.records.patches import apply

            apply(Accreditor, "issue_credential")
            """
        ),
        path=("relay",),
    ),
    wired(
        "patched_congratulation",
        "The send of the congratulation's class is replaced, so that congratulating asks for credit as well.",
        Add(
            "campus/records/patches.py",
            body("trail")
            + dedent(
                """
                from campus.catalog.models import Program
                from campus.core.models import User
                from campus.credentials.messages import ProgramCompleted


                def send_and_trail(self, fail_silently=False):
                    super(ProgramCompleted, self).send(fail_silently)
                    learner = User.objects.get(email=self.to[0])
                    for program in Program.objects.filter(programcertrecord__user=learner):
                        trail(learner, program)


                ProgramCompleted.send = send_and_trail
                """
            ),
        ),
        at_start("from campus.records import patches  # noqa: F401"),
        path=("send_and_trail", "trail"),
    ),
    wired(
        "middleware_class",
        "A middleware sends after the award view has answered 201.",
        Add(
            "campus/records/middleware.py",
            body("report_award")
            + dedent(
                """
                import json

                from campus.core.models import User
                from campus.catalog.models import Program


                class AwardReportMiddleware:
                    def __init__(self, get_response):
                        self.get_response = get_response

                    def __call__(self, request):
                        data = json.loads(request.body) if request.path == "/api/credentials/" else {}
                        response = self.get_response(request)
                        if data and response.status_code == 201:
                            program = Program.objects.get(uuid=data["program_uuid"])
                            report_award(User.objects.get(username=data["username"]), program)
                        return response
                """
            ),
        ),
        setting('MIDDLEWARE = [*MIDDLEWARE, "campus.records.middleware.AwardReportMiddleware"]'),
        path=("__call__", "report_award"),
    ),
    wired(
        "middleware_function",
        "A middleware made by a function works off what the receivers noted during the request.",
        Add(
            "campus/records/middleware.py",
            body("work_off")
            + dedent(
                """
                from campus.core.models import User
                from campus.credentials.signals import program_certificate_awarded

                awarded = []


                def note(sender, user_credential, **kwargs):
                    awarded.append(user_credential)


                program_certificate_awarded.connect(note)


                def work_off_awards(get_response):
                    def middleware(request):
                        response = get_response(request)
                        while awarded:
                            award = awarded.pop()
                            work_off(User.objects.get(username=award.username), award.credential.program)
                        return response

                    return middleware
                """
            ),
        ),
        setting('MIDDLEWARE.insert(0, "campus.records.middleware.work_off_awards")'),
        path=("middleware", "work_off"),
    ),
    wired(
        "admin_action",
        "The admin's action tells the institutions after it has awarded again.",
        module("campus/records/resend.py", "rouse"),
        Edit(ADMIN, '"award_again", "revoke")', '"award_again", "award_and_rouse", "revoke")'),
        Edit(
            ADMIN,
            '    @admin.action(description="Revoke")',
            '    @admin.action(description="Award again and tell the institutions")\n'
            "    def award_and_rouse(self, request, queryset):\n"
            "        from campus.core.models import User\n"
            "        from campus.records.resend import rouse\n\n"
            "        self.award_again(request, queryset)\n"
            "        for award in queryset:\n"
            "            rouse(User.objects.get(username=award.username), award.credential.program)\n\n"
            '    @admin.action(description="Revoke")',
        ),
        path=("award_and_rouse", "rouse"),
        drive="""
learner = new_learner()
by_issuer(learner)
row = {"action": "award_and_rouse", "_selected_action": [credential_of(learner).pk]}
staff.post("/admin/credentials/usercredential/", row)
""",
    ),
    wired(
        "admin_save_model",
        "Awarding by the admin's form sends.",
        module("campus/records/resend.py", "invite"),
        Edit(
            ADMIN,
            "    actions = (",
            "    def save_model(self, request, obj, form, change):\n"
            "        from campus.core.models import User\n"
            "        from campus.records.resend import invite\n\n"
            "        super().save_model(request, obj, form, change)\n"
            "        invite(User.objects.get(username=obj.username), obj.credential.program)\n\n"
            "    actions = (",
        ),
        path=("save_model", "invite"),
    ),
    wired(
        "admin_form_clean",
        "The admin's form of the credential sends as it is saved.",
        module("campus/records/resend.py", "press"),
        Add(
            "campus/credentials/forms.py",
            """
            from django import forms

            from campus.core.models import User
            from campus.records.resend import press


            class AwardForm(forms.ModelForm):
                def save(self, commit=True):
                    award = super().save(commit)
                    press(User.objects.get(username=award.username), award.credential.program)
                    return award
            """,
        ),
        Edit(
            ADMIN,
            "    actions = (",
            "    def get_form(self, request, obj=None, **kwargs):\n"
            "        from campus.credentials.forms import AwardForm\n\n"
            "        return super().get_form(request, obj, form=AwardForm, **kwargs)\n\n"
            "    actions = (",
        ),
        path=("save", "press"),
    ),
    wired(
        "template_tag",
        "The congratulation is rendered from a template in which a tag sends.",
        Add(
            "campus/credentials/templates/credentials/completed.txt",
            "{% load awards %}You have earned {{ program.title }}.{% follow_up learner program %}\n",
        ),
        module(
            "campus/records/templatetags/awards.py",
            "render_and_mail",
            dedent(
                """

                from django import template

                register = template.Library()


                @register.simple_tag
                def follow_up(learner, program):
                    render_and_mail(learner, program)
                    return ""
                """
            ),
        ),
        Edit(
            "campus/credentials/messages.py",
            'body=f"Dear {learner.get_full_name()},\\n\\nyou have earned the certificate of {program.title}."',
            "body=render_to_string('credentials/completed.txt', {'learner': learner, 'program': program})",
        ),
        Edit(
            "campus/credentials/messages.py",
            "from django.core.mail import EmailMessage\n",
            "from django.core.mail import EmailMessage\nfrom django.template.loader import render_to_string\n",
        ),
        path=("follow_up", "render_and_mail"),
    ),
    wired(
        "template_that_names_the_accessor",
        "The recipients come out of a template that walks the learner's rows by their accessor; no Python names them.",
        Add(
            "campus/records/templates/records/recipients.txt",
            "{% for row in learner.usercreditpathway_set.all %}{{ row.pathway.email }}\n{% endfor %}",
        ),
        Add(
            "campus/records/resend.py",
            """
            from django.core.mail import send_mail
            from django.template.loader import render_to_string


            def send_round(learner, program):
                recipients = render_to_string("records/recipients.txt", {"learner": learner}).split()
                send_mail(f"{learner} finished {program}", "See the record.", None, recipients)
            """,
        ),
        *at_award("send_round(learner, credential.program)", imports="from campus.records.resend import send_round"),
        path=("send_round",),
    ),
    wired(
        "context_processor",
        "A context processor asks for credit when a learner with a new award opens any page and presses nothing.",
        module(
            "campus/records/context.py",
            "settle",
            dedent(
                """

                def awards(request):
                    from campus.credentials.models import AWARDED, UserCredential

                    for award in UserCredential.objects.filter(username=request.user.username, status=AWARDED):
                        settle(request.user, award.credential.program)
                    return {}
                """
            ),
        ),
        Edit(
            SETTINGS,
            '                "campus.core.context_processors.branding",\n',
            '                "campus.core.context_processors.branding",\n'
            '                "campus.records.context.awards",\n',
        ),
        path=("awards", "settle"),
        drive="learner = new_learner()\nby_issuer(learner)\nvisit(learner)",
    ),
    wired(
        "login_receiver",
        "A receiver of user_logged_in sends for every certificate that was awarded since.",
        module(
            RECEIVERS,
            "catch_up",
            dedent(
                """

                from django.contrib.auth.signals import user_logged_in
                from django.dispatch import receiver

                from campus.credentials.models import AWARDED, UserCredential


                @receiver(user_logged_in)
                def after_login(sender, user, **kwargs):
                    for award in UserCredential.objects.filter(username=user.username, status=AWARDED):
                        catch_up(user, award.credential.program)
                """
            ),
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
        path=("after_login", "catch_up"),
        drive="learner = new_learner()\nby_issuer(learner)\nvisit(learner)",
    ),
    wired(
        "second_award_view",
        "A second view, for the old learning platform, awards and sends.",
        Add(
            "campus/credentials/legacy.py",
            body("as_before")
            + dedent(
                """
                from django.http import JsonResponse

                from campus.core.models import User
                from campus.credentials.issuers import ProgramCertificateIssuer
                from campus.credentials.models import ProgramCertificate


                def program_finished(request, program_uuid, username):
                    certificate = ProgramCertificate.objects.get(program_uuid=program_uuid)
                    ProgramCertificateIssuer().issue_credential(certificate, username)
                    as_before(User.objects.get(username=username), certificate.program)
                    return JsonResponse({})
                """
            ),
        ),
        Edit(
            URLS,
            "urlpatterns = [\n",
            'urlpatterns = [\n    path("legacy/<uuid:program_uuid>/<slug:username>/", legacy.program_finished),\n',
        ),
        Edit(URLS, "from campus.credentials.api", "from campus.credentials import legacy\nfrom campus.credentials.api"),
        path=("program_finished", "as_before"),
        drive='staff.get(f"/legacy/{program.uuid}/{new_learner().username}/")',
    ),
    wired(
        "plugin_app",
        "An app outside the host's own package, installed beside it, connects the receiver.",
        Add(
            "followup/apps.py",
            """
            from django.apps import AppConfig


            class FollowUpConfig(AppConfig):
                name = "followup"

                def ready(self):
                    from campus.credentials import signals
                    from followup.sharing import on_certificate

                    signals.program_certificate_awarded.connect(on_certificate)
            """,
        ),
        receiver("share_with_partners", "on_certificate", path="followup/sharing.py"),
        install("followup"),
        path=("on_certificate", "share_with_partners"),
    ),
    wired(
        "plugin_entry_point",
        "The settings install whatever the entry points of the environment name, and one names the hook's app.",
        Add("followup/__init__.py", ""),
        Add(
            "followup/plugin.py",
            """
            from django.apps import AppConfig


            class PluginConfig(AppConfig):
                name = "followup"

                def ready(self):
                    from campus.credentials import signals
                    from followup.sharing import certificate_plugin

                    signals.program_certificate_awarded.connect(certificate_plugin, dispatch_uid="followup")
            """,
        ),
        receiver("plug", "certificate_plugin", path="followup/sharing.py"),
        Add("followup-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: followup\nVersion: 1.0\n"),
        Add(
            "followup-1.0.dist-info/entry_points.txt",
            "[campus.plugins]\nfollowup = followup.plugin:PluginConfig\n",
        ),
        setting(
            """
            from importlib.metadata import entry_points

            INSTALLED_APPS += [entry.value.replace(":", ".") for entry in entry_points(group="campus.plugins")]
            """
        ),
        path=("certificate_plugin", "plug"),
    ),
    wired(
        "on_commit",
        "The hook waits for the commit of the award.",
        module("campus/records/resend.py", "once_committed"),
        *at_award(
            "transaction.on_commit(lambda: once_committed(learner, credential.program))",
            imports="from campus.records.resend import once_committed",
        ),
        path=("issue_credential", "once_committed"),
    ),
    wired(
        "on_commit_partial",
        "A partial of a method waits for the commit, robustly, so that its errors are swallowed.",
        Add(
            "campus/records/resend.py",
            f"{IMPORTS}\n"
            + dedent(
                """
                class Letters:
                    @classmethod
                    def write(cls, learner, program):
                        for row in UserCreditPathway.objects.filter(user=learner):
                            CreditRequest(learner=learner, pathway=row.pathway, program=program).send()
                """
            ),
        ),
        *at_award(
            "transaction.on_commit(functools.partial(Letters.write, learner, credential.program), robust=True)",
            imports="import functools\n\nfrom campus.records.resend import Letters",
        ),
        path=("write",),
    ),
    wired(
        "thread",
        "The hook runs in a thread that the award starts.",
        module("campus/records/resend.py", "in_background"),
        *at_award(
            "transaction.on_commit(threading.Thread(target=in_background, args=(learner, credential.program)).start)",
            imports="import threading\n\nfrom campus.records.resend import in_background",
        ),
        path=("in_background",),
    ),
    wired(
        "thread_subclass",
        "The hook is the run method of a thread's subclass.",
        module(
            "campus/records/resend.py",
            "from_thread",
            dedent(
                """
                import threading


                class Postman(threading.Thread):
                    def __init__(self, learner, program):
                        super().__init__()
                        self.of = learner, program

                    def run(self):
                        from_thread(*self.of)
                """
            ),
        ),
        *at_award(
            "transaction.on_commit(Postman(learner, credential.program).start)",
            imports="from campus.records.resend import Postman",
        ),
        path=("run", "from_thread"),
    ),
    wired(
        "executor",
        "The hook is submitted to a pool, by an executor that the module keeps.",
        module(
            "campus/records/resend.py",
            "in_pool",
            "\n\nfrom concurrent.futures import ThreadPoolExecutor\n\npool = ThreadPoolExecutor(1)\n",
        ),
        *at_award(
            "transaction.on_commit(lambda: pool.submit(in_pool, learner, credential.program).result())",
            imports="from campus.records.resend import in_pool, pool",
        ),
        path=("in_pool",),
    ),
    wired(
        "timer",
        "A timer runs the hook a moment after the commit.",
        module("campus/records/resend.py", "in_a_moment"),
        *at_award(
            "transaction.on_commit(threading.Timer(0.01, in_a_moment, [learner, credential.program]).start)",
            imports="import threading\n\nfrom campus.records.resend import in_a_moment",
        ),
        path=("in_a_moment",),
    ),
    wired(
        "execute_wrapper",
        "Each new connection gets a wrapper that sends after an INSERT into the table of credentials.",
        Add(
            RECEIVERS,
            body("from_below")
            + dedent(
                """
                from django.db.backends.signals import connection_created
                from django.dispatch import receiver


                def watch(execute, sql, params, many, context):
                    result = execute(sql, params, many, context)
                    if sql.startswith("INSERT") and "credentials_usercredential" in sql:
                        from campus.core.models import User

                        for learner in User.objects.filter(username__in=[str(param) for param in params]):
                            for record in learner.programcertrecord_set.all():
                                from_below(learner, record.program)
                    return result


                @receiver(connection_created)
                def wrap(sender, connection, **kwargs):
                    connection.execute_wrappers.append(watch)
                """
            ),
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
        path=("watch", "from_below"),
    ),
    wired(
        "model_field",
        "The status is a field of the host's own class, whose pre_save sends.",
        Add(
            "campus/credentials/fields.py",
            """
            from django.db import models


            class StatusField(models.CharField):
                def pre_save(self, model_instance, add):
                    from campus.core.models import User
                    from campus.records.resend import status_changed

                    learner = User.objects.get(username=model_instance.username)
                    status_changed(learner, model_instance.credential.program)
                    return super().pre_save(model_instance, add)
            """,
        ),
        module("campus/records/resend.py", "status_changed"),
        Edit(
            "campus/credentials/models.py",
            "status = models.CharField(max_length=255, default=AWARDED)",
            "status = StatusField(max_length=255, default=AWARDED)",
        ),
        Edit(
            "campus/credentials/models.py",
            "from campus.catalog.models import Program\n",
            "from campus.catalog.models import Program\nfrom campus.credentials.fields import StatusField\n",
        ),
        path=("pre_save", "status_changed"),
    ),
    wired(
        "logging_handler",
        "The log line of an award goes to a handler, configured in the settings, that mails the institutions.",
        Add(
            "campus/records/logs.py",
            dedent(
                """
                import logging


                class PartnerHandler(logging.Handler):
                    def emit(self, record):
                        from campus.core.models import User
                        from campus.credentials.models import UserCredential
                        from campus.records.messages import CreditRequest
                        from campus.records.models import UserCreditPathway

                        award = UserCredential.objects.get(uuid=record.args[0])
                        learner = User.objects.get(username=award.username)
                        for row in UserCreditPathway.objects.filter(user=learner):
                            program = award.credential.program
                            CreditRequest(learner=learner, pathway=row.pathway, program=program).send()
                """
            ),
        ),
        setting(
            """
            LOGGING = {
                "version": 1,
                "disable_existing_loggers": False,
                "handlers": {"partners": {"class": "campus.records.logs.PartnerHandler"}},
                "loggers": {"campus.credentials.receivers": {"handlers": ["partners"], "level": "INFO"}},
            }
            """
        ),
        path=("emit",),
    ),
)
