"""Hosts of which nobody can tell by their source."""

from __future__ import annotations

from tests.verification.synthetic.base import RESEND, Variant
from tests.verification.synthetic.surviving import CELERY, ready


def unsure(name: str, **parts: object) -> Variant:
    return Variant(name=name, answer="INCONCLUSIVE", **parts)


VARIANTS = [
    unsure("exec_setting", imports="import os", award="exec(os.environ.get('AFTER_AWARD', ''))"),
    unsure("eval_row", award="eval(program.title)"),
    unsure(
        "import_from_row",
        imports="from django.utils.module_loading import import_string",
        award="import_string(program.title)(user, program)",
    ),
    unsure(
        "import_missing",
        imports="from django.utils.module_loading import import_string",
        award="try:\n    import_string('plugins.after_award')(user, program)\nexcept ImportError:\n    pass",
    ),
    unsure(
        "task_elsewhere",
        files={"campus_celery.py": CELERY},
        imports="from campus_celery import app",
        award="app.send_task('mailer.tasks.after_award', args=[user.id, program.id])",
    ),
    unsure(
        "task_name_from_row",
        files={"campus_celery.py": CELERY},
        imports="from campus_celery import app",
        award="app.send_task(program.title, args=[user.id])",
    ),
    unsure(
        "getattr_from_row",
        hooks=RESEND,
        imports="import records.hooks",
        award="getattr(records.hooks, program.title)(user, program)",
    ),
    unsure("pickle", imports="import pickle", award="pickle.loads(program.title.encode())(user, program)"),
    unsure(
        "registered_task_uncalled",
        files={
            "campus_celery.py": CELERY,
            "records/tasks.py": "from celery import shared_task\nfrom records.hooks import resend\n@shared_task\ndef again():\n    resend(None, None)\n",
            **ready("import campus_celery, records.tasks"),
        },
        hooks=RESEND,
    ),
    unsure("left_over_named_in_settings", hooks=RESEND, settings="AFTER = 'records.hooks.resend'\n"),
    unsure(
        "left_over_special_method",
        files={
            **ready("import records.hooks"),
            "records/hooks.py": RESEND
            + "\nclass Row(list):\n    def append(self, item):\n        resend(item, item)\n",
        },
    ),
    unsure(
        "command_from_row",
        imports="from django.core.management import call_command",
        award="call_command(program.title)",
    ),
    unsure(
        "model_from_row",
        imports="from django.apps import apps\nfrom django.core.mail import send_mail",
        award="for row in apps.get_model(program.title).objects.all():\n    send_mail('x', 'y', None, [row.address])",
    ),
    unsure("urls_broken", files={"site_urls.py": "+\nimport records.not_there\n"}),
]
