"""Hosts in which the hook is still there, in one shape or another."""

from __future__ import annotations

from tests.verification.synthetic.base import FILES, RESEND, Variant

HOOK = "from records.hooks import resend"
CALL = "resend(user, program)"


def present(name: str, **parts: object) -> Variant:
    parts.setdefault("hooks", RESEND)
    parts.setdefault("shows", ("resend",) if parts["hooks"] is RESEND else ())
    return Variant(name=name, answer="PRESENT", **parts)


RECEIVER = """
from django.db.models.signals import post_save
from django.dispatch import receiver
from credentials.models import UserCredential
from records.hooks import resend
@receiver(post_save, sender=UserCredential)
def on_award(sender, instance, created, **kwargs):
    if created:
        resend(instance.username, None)
"""
READY = """
from django.apps import AppConfig
class RecordsConfig(AppConfig):
    name = "records"
    def ready(self):
        {body}
"""


def ready(body: str) -> dict[str, str]:
    return {"records/apps.py": READY.format(body=body)}


TASK = """
from celery import shared_task
from records.hooks import resend
@shared_task
def resend_task(user_id, program_id):
    resend(user_id, program_id)
"""
CELERY = """
from celery import Celery
app = Celery("campus", broker="memory://")
app.set_default()
"""
OUTBOX = """
class Outbox(models.Model):
    recipient = models.CharField(max_length=200)
    body = models.TextField()
"""
DRAIN = """
from django.core.mail import send_mail
from django.core.management.base import BaseCommand
from records.models import Outbox
class Command(BaseCommand):
    def handle(self, **options):
        for mail in Outbox.objects.all():
            send_mail("Mail", mail.body, "x@campus.test", [mail.recipient])
"""
COMMAND = """
from django.core.management.base import BaseCommand
from records.hooks import resend
class Command(BaseCommand):
    def handle(self, *args, **options):
        {body}
"""
PACKAGES = {"records/management/__init__.py": "", "records/management/commands/__init__.py": ""}

VARIANTS = [
    present("plain", imports=HOOK, award=CALL),
    present("renamed", imports="from records.hooks import resend as polish", award="polish(user, program)"),
    present("module_import", imports="import records.hooks as tidy", award="tidy.resend(user, program)"),
    present("late_import", award=f"{HOOK}\n{CALL}"),
    present("star_import", imports="from records.hooks import *", award=CALL),
    present(
        "method",
        imports=HOOK,
        award="self._after(user, program)",
        methods="def _after(self, user, program):\n    resend(user, program)",
    ),
    present(
        "mixin",
        imports=HOOK,
        award="self.finish(user, program)",
        after="class Finishing:\n    def finish(self, user, program):\n        resend(user, program)\n"
        "class Issuer(Finishing, Issuer):\n    pass",
    ),
    present(
        "partial",
        imports=f"import functools\n{HOOK}\nlater = functools.partial(resend, extra=1)",
        award="later(user, program)",
    ),
    present("partial_here", imports=f"from functools import partial\n{HOOK}", award="partial(resend, user)(program)"),
    present(
        "on_commit_lambda",
        imports=f"from django.db import transaction\n{HOOK}",
        award="transaction.on_commit(lambda: resend(user, program))",
    ),
    present(
        "on_commit_partial",
        imports=f"from functools import partial\nfrom django.db import transaction\n{HOOK}",
        award="transaction.on_commit(partial(resend, user, program))",
    ),
    present(
        "thread",
        imports=f"import threading\n{HOOK}",
        award="threading.Thread(target=resend, args=(user, program)).start()",
    ),
    present(
        "thread_subclass",
        imports=f"import threading\n{HOOK}\nclass Worker(threading.Thread):\n"
        "    def __init__(self, user, program):\n        super().__init__()\n        self.user, self.program = user, program\n"
        "    def run(self):\n        resend(self.user, self.program)",
        award="Worker(user, program).start()",
    ),
    present(
        "executor",
        imports=f"from concurrent.futures import ThreadPoolExecutor\n{HOOK}",
        award="with ThreadPoolExecutor() as pool:\n    pool.submit(resend, user, program)",
    ),
    present(
        "table_of_functions",
        imports=f"{HOOK}\nAFTER = {{'mail': resend, 'log': print}}",
        award="for step in AFTER.values():\n    step(user, program)",
    ),
    present("table_key", imports=f"{HOOK}\nAFTER = {{'mail': resend}}", award="AFTER['mail'](user, program)"),
    present(
        "registry_decorator",
        imports="STEPS = []\ndef step(f):\n    STEPS.append(f)\n    return f\n",
        award="for f in STEPS:\n    f(user, program)",
        after=f"{HOOK}\n@step\ndef tidy(user, program):\n    resend(user, program)",
    ),
    present(
        "getattr_text", imports="import records.hooks", award="getattr(records.hooks, 'res' + 'end')(user, program)"
    ),
    present(
        "getattr_setting",
        settings="STEP = 'resend'\n",
        imports="import records.hooks\nfrom django.conf import settings",
        award="getattr(records.hooks, settings.STEP)(user, program)",
    ),
    present(
        "import_string_setting",
        settings="AFTER_AWARD = ['records.hooks.resend']\n",
        imports="from django.conf import settings\nfrom django.utils.module_loading import import_string",
        award="for dotted in settings.AFTER_AWARD:\n    import_string(dotted)(user, program)",
    ),
    present(
        "import_module",
        imports="import importlib",
        award="importlib.import_module('records.hooks').resend(user, program)",
    ),
    present(
        "methodcaller",
        imports="import operator, records.hooks",
        award="operator.methodcaller('resend', user, program)(records.hooks)",
    ),
    present("map_consumed", imports=HOOK, award="list(map(lambda p: resend(user, p), [program]))"),
    present("comprehension", imports=HOOK, award="[resend(user, p) for p in [program]]"),
    present(
        "decorator",
        imports=f"{HOOK}\nimport functools\ndef and_then(f):\n    @functools.wraps(f)\n    def inner(self, certificate, username, request=None):\n"
        "        result = f(self, certificate, username, request)\n        resend(username, certificate.program)\n        return result\n    return inner",
        after="Issuer.issue_credential = and_then(Issuer.issue_credential)",
    ),
    present(
        "monkeypatch_elsewhere",
        files={
            "records/__init__.py": "",
            **ready("import records.patching"),
            "records/patching.py": "from credentials.issuers import Issuer\nfrom records.hooks import resend\n_old = Issuer.issue_credential\n"
            "def patched(self, certificate, username, request=None):\n    done = _old(self, certificate, username, request)\n"
            "    resend(username, certificate.program)\n    return done\nIssuer.issue_credential = patched\n",
        },
    ),
    present(
        "context_manager",
        imports=f"from contextlib import contextmanager\n{HOOK}\n@contextmanager\ndef awarding(user, program):\n    yield\n    resend(user, program)",
        award="with awarding(user, program):\n    pass",
    ),
    present(
        "context_class",
        imports=f"{HOOK}\nclass Awarding:\n    def __init__(self, user, program):\n        self.user, self.program = user, program\n"
        "    def __enter__(self):\n        return self\n    def __exit__(self, *exc):\n        resend(self.user, self.program)",
        award="with Awarding(user, program):\n    pass",
    ),
    present(
        "property",
        imports=f"{HOOK}\nclass After:\n    def __init__(self, user, program):\n        self.user, self.program = user, program\n"
        "    @property\n    def done(self):\n        resend(self.user, self.program)\n        return True",
        award="After(user, program).done",
    ),
    present(
        "descriptor_set",
        imports=f"{HOOK}\nclass Slot:\n    def __set__(self, obj, value):\n        resend(obj, value)\nclass Bag:\n    slot = Slot()",
        award="bag = Bag()\nbag.slot = program",
    ),
    present(
        "operator",
        imports=f"{HOOK}\nclass Chain:\n    def __rshift__(self, other):\n        resend(*other)\n        return self",
        award="Chain() >> (user, program)",
    ),
    present(
        "callable_object",
        imports=f"{HOOK}\nclass Step:\n    def __call__(self, user, program):\n        resend(user, program)\nstep = Step()",
        award="step(user, program)",
    ),
    present(
        "generator",
        imports=f"{HOOK}\ndef steps(user, program):\n    yield 1\n    resend(user, program)\n    yield 2",
        award="for _ in steps(user, program):\n    pass",
    ),
    present(
        "getattr_magic",
        imports=f"{HOOK}\nclass Proxy:\n    def __getattr__(self, name):\n        return resend",
        award="Proxy().anything(user, program)",
    ),
    present(
        "metaclass",
        imports=f"{HOOK}\nclass Meta(type):\n    def __call__(cls, *args):\n        resend(*args)\n        return super().__call__()\nclass Note(metaclass=Meta):\n    pass",
        award="Note(user, program)",
    ),
    present(
        "del",
        imports=f"{HOOK}\nclass Late:\n    def __init__(self, user, program):\n        self.pair = user, program\n    def __del__(self):\n        resend(*self.pair)",
        award="Late(user, program)",
    ),
    present("finally", imports=HOOK, award="try:\n    pass\nfinally:\n    resend(user, program)"),
    present("except", imports=HOOK, award="try:\n    program.check()\nexcept Exception:\n    resend(user, program)"),
    present(
        "match",
        imports=HOOK,
        award="match created:\n    case True:\n        resend(user, program)\n    case _:\n        pass",
    ),
    present(
        "flag_off",
        imports=f"from django.conf import settings\n{HOOK}",
        settings="RESEND = False\n",
        award="if settings.RESEND:\n    resend(user, program)",
        shows=("resend", "settings.RESEND"),
    ),
    present(
        "flag_getattr",
        imports=f"from django.conf import settings\n{HOOK}",
        award="if getattr(settings, 'RESEND', False):\n    resend(user, program)",
    ),
    present("flag_module", imports=f"{HOOK}\nRESEND = False", award="if RESEND:\n    resend(user, program)"),
    present("flag_env", imports=f"import os\n{HOOK}", award="if os.environ.get('RESEND'):\n    resend(user, program)"),
    present("flag_class", imports=HOOK, award="if self.resends:\n    resend(user, program)", methods="resends = False"),
    present(
        "receiver", files={**ready("import records.receivers"), "records/receivers.py": RECEIVER}, shows=("on_award",)
    ),
    present(
        "receiver_text_sender",
        files={
            **ready("import records.receivers"),
            "records/receivers.py": RECEIVER.replace(
                "sender=UserCredential", "sender='credentials.UserCredential'"
            ).replace("post_save, sender='credentials.UserCredential'", "post_save, sender=UserCredential"),
        },
    ),
    present(
        "receiver_all_senders",
        files={
            **ready("import records.receivers"),
            "records/receivers.py": RECEIVER.replace(", sender=UserCredential", ""),
        },
    ),
    present(
        "receiver_connect",
        files=ready(
            "from django.db.models.signals import post_save\n        from records.hooks import resend\n        post_save.connect(resend_on, dispatch_uid='x')\n"
            "def resend_on(sender, instance, **kw):\n    from records.hooks import resend\n    resend(instance, instance)"
        ),
    ),
    present(
        "receiver_behind_flag",
        settings="RESEND = False\n",
        files={
            **ready(
                "from django.conf import settings\n        if settings.RESEND:\n            import records.receivers"
            ),
            "records/receivers.py": RECEIVER,
        },
    ),
    present(
        "receiver_connect_behind_flag",
        settings="RESEND = False\n",
        files=ready(
            "from django.conf import settings\n        from django.db.models.signals import post_save\n        from records import hooks\n"
            "        if settings.RESEND:\n            post_save.connect(hooks.resend)"
        ),
    ),
    present(
        "custom_signal",
        files={
            "records/signals.py": "from django.dispatch import Signal\nawarded = Signal()\n",
            **ready(
                "from records import hooks\n        from records.signals import awarded\n        awarded.connect(on_awarded)\ndef on_awarded(sender, user, program, **kw):\n"
                "    from records.hooks import resend\n    resend(user, program)"
            ),
        },
        imports="from records.signals import awarded",
        award="awarded.send(sender=None, user=user, program=program)",
    ),
    present(
        "custom_signal_robust",
        files={
            "records/signals.py": "from django.dispatch import Signal\nawarded = Signal()\n",
            **ready(
                "from records.signals import awarded\n        awarded.connect(on_awarded)\ndef on_awarded(sender, user, program, **kw):\n"
                "    from records.hooks import resend\n    resend(user, program)"
            ),
        },
        imports="import records.signals",
        award="records.signals.awarded.send_robust(self, user=user, program=program)",
    ),
    present(
        "model_save",
        files={
            "credentials/models.py": "+\n    def save(self, *args, **kwargs):\n        from records.hooks import resend\n"
            "        super().save(*args, **kwargs)\n        resend(self.username, None)\n"
        },
    ),
    present(
        "manager",
        files={
            "credentials/models.py": FILES["credentials/models.py"].replace(
                "class UserCredential(models.Model):\n",
                "class Credentials(models.Manager):\n    def update_or_create(self, **values):\n"
                "        from records.hooks import resend\n        found = super().update_or_create(**values)\n"
                "        resend(found[0].username, None)\n        return found\n"
                "class UserCredential(models.Model):\n    objects = Credentials()\n",
            )
        },
    ),
    present(
        "queryset",
        files={
            "credentials/models.py": "+\nclass Rows(models.QuerySet):\n    def create(self, **kw):\n        from records.hooks import resend\n        resend(None, None)\n"
            "        return super().create(**kw)\nUserCredential.add_to_class('rows', Rows.as_manager())\n"
        },
    ),
    present(
        "middleware",
        settings="MIDDLEWARE = ['records.middleware.Sweep']\n",
        files={
            "records/middleware.py": "from records.hooks import resend\nclass Sweep:\n    def __init__(self, get_response):\n        self.get_response = get_response\n"
            "    def __call__(self, request):\n        response = self.get_response(request)\n        resend(request.user, None)\n        return response\n"
        },
    ),
    present(
        "command",
        files={**PACKAGES, "records/management/commands/resend-requests.py": COMMAND.format(body="resend(None, None)")},
        shows=("resend-requests",),
    ),
    present(
        "command_called",
        files={**PACKAGES, "records/management/commands/sweep.py": COMMAND.format(body="resend(None, None)")},
        imports="from django.core.management import call_command",
        award="call_command('sweep')",
    ),
    present(
        "script",
        files={
            "scripts/nightly.py": "import django\ndjango.setup()\nfrom records.hooks import resend\nif __name__ == '__main__':\n    resend(None, None)\n"
        },
    ),
    present(
        "task",
        files={"records/tasks.py": TASK, **ready("import records.tasks")},
        imports="from records.tasks import resend_task",
        award="resend_task.delay(user.id, program.id)",
    ),
    present(
        "task_apply_async",
        files={"records/tasks.py": TASK, **ready("import records.tasks")},
        imports="from records import tasks",
        award="tasks.resend_task.apply_async(args=[user.id, program.id], countdown=60)",
    ),
    present(
        "task_signature",
        files={"records/tasks.py": TASK, **ready("import records.tasks")},
        imports="from records.tasks import resend_task",
        award="resend_task.si(1, 2).apply_async()",
    ),
    present(
        "task_by_name",
        files={"campus_celery.py": CELERY, "records/tasks.py": TASK, **ready("import campus_celery, records.tasks")},
        imports="from campus_celery import app",
        award="app.send_task('records.tasks.resend_task', args=[user.id, program.id])",
    ),
    present(
        "beat",
        settings="CELERY_BEAT_SCHEDULE = {'nightly': {'task': 'records.tasks.resend_task', 'schedule': 60.0}}\n",
        files={"campus_celery.py": CELERY, "records/tasks.py": TASK, **ready("import campus_celery, records.tasks")},
        shows=("nightly",),
    ),
    present(
        "admin_action",
        files={
            "credentials/admin.py": "from django.contrib import admin\nfrom credentials.models import UserCredential\nfrom records.hooks import resend\n"
            "@admin.register(UserCredential)\nclass UserCredentialAdmin(admin.ModelAdmin):\n    actions = ['award']\n    def award(self, request, queryset):\n"
            "        queryset.update(status='awarded')\n        for row in queryset:\n            resend(row.username, None)\n"
        },
    ),
    present(
        "admin_save_model",
        files={
            "credentials/admin.py": "from django.contrib import admin\nfrom credentials.models import UserCredential\nfrom records.hooks import resend\n"
            "@admin.register(UserCredential)\nclass UserCredentialAdmin(admin.ModelAdmin):\n    def save_model(self, request, obj, form, change):\n"
            "        super().save_model(request, obj, form, change)\n        resend(obj.username, None)\n"
        },
    ),
    present(
        "reverse_accessor",
        hooks="",
        award="from django.core.mail import send_mail\nfor row in user.usercreditpathway_set.filter(pathway__in=program.pathways.all()):\n"
        "    send_mail('x', 'y', 'z@x.test', [row.pathway.email])",
    ),
    present(
        "query_name",
        hooks="",
        award="from django.core.mail import send_mail\nfrom catalog.models import Pathway\n"
        "for p in Pathway.objects.filter(usercreditpathway__user=user):\n    send_mail('x', 'y', None, [p.email])",
    ),
    present(
        "values_list",
        hooks="",
        award="from django.core.mail import send_mail\nfrom records.models import UserCreditPathway as U\n"
        "to = list(U.objects.filter(user=user).values_list('pathway__email', flat=True))\nsend_mail('x', 'y', None, to)",
    ),
    present(
        "get_model",
        hooks="",
        award="from django.apps import apps\nfrom django.core.mail import send_mail\nU = apps.get_model('records', 'User' + 'CreditPathway')\n"
        "for u in U.objects.filter(user=user):\n    send_mail('x', 'y', None, [u.pathway.email])",
    ),
    present(
        "content_type",
        hooks="",
        award="from django.core.mail import send_mail\nmodel = ContentType.objects.get(app_label='records', model='usercreditpathway').model_class()\n"
        "for u in model.objects.filter(user=user):\n    send_mail('x', 'y', None, [u.pathway.email])",
    ),
    present(
        "raw_sql",
        hooks="",
        award="from django.db import connection\nfrom django.core.mail import send_mail\nwith connection.cursor() as cursor:\n"
        "    cursor.execute('SELECT p.email FROM records_usercreditpathway u JOIN catalog_pathway p ON p.id = u.pathway_id WHERE u.user_id = %s', [user.id])\n"
        "    for (address,) in cursor.fetchall():\n        send_mail('x', 'y', None, [address])",
    ),
    present(
        "raw_rows",
        hooks="",
        award="from django.core.mail import send_mail\nfrom catalog.models import Pathway\n"
        "for p in Pathway.objects.raw('SELECT * FROM catalog_pathway'):\n    send_mail('x', 'y', None, [p.email])",
    ),
    present(
        "proxy",
        hooks="",
        files={"records/models.py": "+\nclass Sent(UserCreditPathway):\n    class Meta:\n        proxy = True\n"},
        award="from django.core.mail import send_mail\nfrom records.models import Sent\nfor s in Sent.objects.all():\n    send_mail('x', 'y', None, [s.pathway.email])",
    ),
    present(
        "pathways_only",
        hooks="",
        award="from django.core.mail import send_mail\nfor pathway in program.pathways.all():\n    send_mail('x', 'y', None, [pathway.email])",
    ),
    present(
        "smtplib",
        hooks="",
        award="import smtplib\nfrom records.models import UserCreditPathway\nserver = smtplib.SMTP('localhost')\n"
        "for u in UserCreditPathway.objects.filter(user=user):\n    server.sendmail('a@x.test', [u.pathway.email], 'text')",
    ),
    present(
        "http",
        hooks="",
        award="import json, urllib.request\nfrom records.models import UserCreditPathway\nfor u in UserCreditPathway.objects.filter(user=user):\n"
        "    urllib.request.urlopen('https://mail.test/send', data=json.dumps({'to': u.pathway.email}).encode())",
    ),
    present(
        "mass_mail",
        hooks="",
        award="from django.core.mail import send_mass_mail\nsend_mass_mail([('x', 'y', None, [p.email]) for p in program.pathways.all()])",
    ),
    present(
        "message_parts",
        hooks="",
        award="from django.core.mail import EmailMessage\nmail = EmailMessage('x', 'y')\nfor p in program.pathways.all():\n    mail.to.append(p.email)\nmail.send()",
    ),
    present(
        "message_attribute",
        hooks="",
        award="from django.core.mail import EmailMultiAlternatives\nmail = EmailMultiAlternatives()\nmail.to = [p.email for p in program.pathways.all()]\nmail.send()",
    ),
    present(
        "connection",
        hooks="",
        award="from django.core.mail import EmailMessage, get_connection\nget_connection().send_messages([EmailMessage('x', 'y', None, [p.email]) for p in program.pathways.all()])",
    ),
    present(
        "guard_only",
        hooks="",
        award="from django.core.mail import send_mail\nfrom records.models import UserCreditPathway\nif UserCreditPathway.objects.filter(user=user).exists():\n"
        "    send_mail('x', program.title, None, ['registrar@college.test'])",
    ),
    present(
        "guard_early_return",
        hooks="",
        award="self._tell(user, program)",
        methods="def _tell(self, user, program):\n    from django.core.mail import send_mail\n    from records.models import UserCreditPathway\n"
        "    if not UserCreditPathway.objects.filter(user=user).exists():\n        return\n    send_mail('x', program.title, None, ['registrar@college.test'])",
    ),
    present(
        "outbox",
        hooks="",
        files={**PACKAGES, "records/models.py": "+\n" + OUTBOX, "records/management/commands/drain.py": DRAIN},
        award="from records.models import Outbox\nfor p in program.pathways.all():\n    Outbox.objects.create(recipient=p.email, body=program.title)",
    ),
    present(
        "outbox_saved",
        hooks="",
        files={**PACKAGES, "records/models.py": "+\n" + OUTBOX, "records/management/commands/drain.py": DRAIN},
        award="from records.models import Outbox\nfor p in program.pathways.all():\n    item = Outbox()\n    item.recipient = p.email\n    item.save()",
    ),
    present(
        "queue",
        hooks="",
        files={
            "records/queueing.py": "PENDING = []\n",
            **PACKAGES,
            "records/management/commands/drain.py": "from django.core.mail import send_mail\nfrom django.core.management.base import BaseCommand\nfrom records.queueing import PENDING\nclass Command(BaseCommand):\n"
            "    def handle(self, **options):\n        for address in PENDING:\n            send_mail('x', 'y', None, [address])\n",
        },
        award="from records.queueing import PENDING\nfor p in program.pathways.all():\n    PENDING.append(p.email)",
    ),
    present(
        "learners_helper",
        hooks="",
        imports="from records.sending import send_request",
        award="for p in program.pathways.all():\n    send_request(user, p, program)",
        shows=("send_request",),
    ),
    present(
        "learners_view",
        hooks="",
        award="from records.views import RequestCredit\nrequest.POST = {'pathway': 1}\nRequestCredit.as_view()(request, program=program.pk)",
        shows=("RequestCredit",),
    ),
    present(
        "message_class",
        hooks="",
        imports="from records.sending import CreditRequest",
        award="CreditRequest('x', program.title, to=request.POST.getlist('notify')).send()",
    ),
    present(
        "state_object",
        imports=f"import dataclasses\n{HOOK}\n@dataclasses.dataclass\nclass Job:\n    user: object\n    program: object\n    action: object = None\n    def go(self):\n        self.action(self.user, self.program)",
        award="Job(user, program, action=resend).go()",
    ),
    present(
        "closure",
        imports=f"{HOOK}\ndef make(user):\n    def later(program):\n        resend(user, program)\n    return later",
        award="make(user)(program)",
    ),
    present(
        "async",
        imports=f"from asgiref.sync import async_to_sync\n{HOOK}\nasync def later(user, program):\n    resend(user, program)",
        award="async_to_sync(later)(user, program)",
    ),
    present(
        "singledispatch",
        imports=f"import functools\nfrom catalog.models import Program\n{HOOK}\n@functools.singledispatch\ndef after(program, user):\n    pass\n"
        "@after.register\ndef _(program: Program, user):\n    resend(user, program)",
        award="after(program, user)",
    ),
    present(
        "class_registry",
        imports=f"{HOOK}\nclass Step:\n    known = []\n    def __init_subclass__(cls):\n        Step.known.append(cls)\nclass Mailing(Step):\n    def run(self, u, p):\n        resend(u, p)",
        award="for step in Step.known:\n    step().run(user, program)",
    ),
    present(
        "subclasses",
        imports=f"{HOOK}\nclass Step:\n    def run(self, u, p):\n        pass\nclass Mailing(Step):\n    def run(self, u, p):\n        resend(u, p)",
        award="for step in Step.__subclasses__():\n    step().run(user, program)",
    ),
    present(
        "lazy_property_url",
        hooks="",
        files={
            "records/models.py": "+\n    @property\n    def institution(self):\n        return self.pathway.email\n    def tell(self):\n        from django.core.mail import send_mail\n"
            "        send_mail('x', 'y', None, [self.institution])\n"
        },
        award="from records.models import UserCreditPathway\nfor row in UserCreditPathway.objects.all():\n    row.tell()",
    ),
    present(
        "module_getattr",
        files={"records/lazy.py": "def __getattr__(name):\n    from records import hooks\n    return hooks.resend\n"},
        imports="import records.lazy",
        award="records.lazy.whatever(user, program)",
    ),
    present("starred", imports=HOOK, award="pair = (user, program)\nresend(*pair)"),
    present("dict_args", imports=HOOK, award="resend(**{'user': user, 'program': program})"),
    present("conditional_expression", imports=HOOK, award="(resend if created else print)(user, program)"),
    present("short_circuit", imports=HOOK, award="created and resend(user, program)"),
    present("walrus", imports=HOOK, award="if (f := resend):\n    f(user, program)"),
    present("setattr_instance", imports=HOOK, award="setattr(self, 'after', resend)\nself.after(user, program)"),
    present("exec_text", imports=HOOK, award="exec('resend(user, program)')"),
    present("globals_key", imports=HOOK, award="globals()['resend'](user, program)"),
    present(
        "stack_of_partials",
        imports=f"from functools import partial, reduce\n{HOOK}",
        award="steps = [partial(resend, user)]\nreduce(lambda _, f: f(program), steps, None)",
    ),
    present(
        "view_that_awards",
        files={
            "credentials/views.py": "+\ndef award_all(request):\n    from credentials.models import UserCredential\n    from records.hooks import resend\n"
            "    UserCredential.objects.create(username=request.POST['u'], credential_id=1)\n    resend(request.user, None)\n",
            "site_urls.py": "+\nurlpatterns += [path('all/', credentials_views.award_all)]\n",
        },
    ),
]
