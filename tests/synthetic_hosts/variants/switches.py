"""PRESENT: the hook is off now, behind a switch that anybody can turn; a switch is not a removal."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import Add, Edit, Step, Variant, at_award, at_start, setting
from tests.synthetic_hosts.variants.hook import body, module
from tests.synthetic_hosts.variants.wiring import OF_CREDENTIAL

RESEND = "campus/records/resend.py"


def off(
    name: str, description: str, *steps: Step, path: tuple[str, ...], before: str, sql: tuple[str, ...] = ()
) -> Variant:
    return Variant(
        name=name, description=description, verdict="PRESENT", steps=steps, path=path, before=before, sql=sql
    )


VARIANTS = (
    off(
        "setting_off",
        "A setting that is False guards the call.",
        module(RESEND, "if_set"),
        setting("RESEND_ON_AWARD = False"),
        *at_award(
            "if settings.RESEND_ON_AWARD:\n            if_set(learner, credential.program)",
            imports="from campus.records.resend import if_set",
        ),
        path=("issue_credential", "if_set"),
        before="settings.RESEND_ON_AWARD = True",
    ),
    off(
        "setting_not_there",
        "A setting that nobody has set guards the hook from inside, by an early return.",
        Add(
            RESEND,
            body("send_now")
            + dedent(
                """
                from django.conf import settings


                def perhaps(learner, program):
                    if not getattr(settings, "FEATURES", {}).get("SHARE_AGAIN"):
                        return
                    send_now(learner, program)
                """
            ),
        ),
        *at_award("perhaps(learner, credential.program)", imports="from campus.records.resend import perhaps"),
        path=("perhaps", "send_now"),
        before='settings.FEATURES = {"SHARE_AGAIN": True}',
    ),
    off(
        "environment_variable",
        "An environment variable that is not set guards the call.",
        module(RESEND, "if_exported"),
        *at_award(
            'if os.environ.get("CAMPUS_SHARE") == "1":\n            if_exported(learner, credential.program)',
            imports="import os\n\nfrom campus.records.resend import if_exported",
        ),
        path=("issue_credential", "if_exported"),
        before='os.environ["CAMPUS_SHARE"] = "1"',
    ),
    off(
        "column_of_the_site",
        "A column of the site's configuration, off by default, guards the call.",
        module(RESEND, "if_site_wants"),
        Edit(
            "campus/core/models.py",
            "    records_enabled = models.BooleanField(default=True)\n",
            "    records_enabled = models.BooleanField(default=True)\n"
            "    share_again = models.BooleanField(default=False)\n",
        ),
        *at_award(
            "if credential.site.configuration.share_again:\n            if_site_wants(learner, credential.program)",
            imports="from campus.records.resend import if_site_wants",
        ),
        path=("issue_credential", "if_site_wants"),
        before="from campus.core.models import SiteConfiguration\n"
        "SiteConfiguration.objects.update(share_again=True)\n"
        "globals()['certificate'] = ProgramCertificate.objects.get()",
        sql=("ALTER TABLE core_siteconfiguration ADD COLUMN share_again bool NOT NULL DEFAULT 0",),
    ),
    off(
        "from_a_date_on",
        "The hook starts by itself on a date that has not come yet.",
        module(RESEND, "in_due_time"),
        setting('SHARE_FROM = "2999-01-01"'),
        *at_award(
            "if timezone.now().date().isoformat() >= settings.SHARE_FROM:\n"
            "            in_due_time(learner, credential.program)",
            imports="from django.utils import timezone\n\nfrom campus.records.resend import in_due_time",
        ),
        path=("issue_credential", "in_due_time"),
        before='settings.SHARE_FROM = "2000-01-01"',
    ),
    off(
        "share_of_the_learners",
        "The hook runs for a share of the awards, which is none of them now.",
        module(RESEND, "for_some"),
        setting("SHARE_OF_LEARNERS = 0.0"),
        *at_award(
            "if random.random() < settings.SHARE_OF_LEARNERS:\n            for_some(learner, credential.program)",
            imports="import random\n\nfrom campus.records.resend import for_some",
        ),
        path=("issue_credential", "for_some"),
        before="settings.SHARE_OF_LEARNERS = 1.0",
    ),
    off(
        "table_chosen_by_a_setting",
        "The step is looked up by a setting, in a table whose other entry sends.",
        module(
            RESEND, "loud", '\n\ndef quiet(learner, program):\n    pass\n\n\nMODES = {"quiet": quiet, "loud": loud}\n'
        ),
        setting('SHARING = "quiet"'),
        *at_award(
            "MODES[settings.SHARING](learner, credential.program)",
            imports="from campus.records.resend import MODES",
        ),
        path=("loud",),
        before='settings.SHARING = "loud"',
    ),
    off(
        "receiver_connected_by_a_setting",
        "ready connects the receiver only where a setting is on, and it is off.",
        module(
            "campus/records/receivers.py", "if_connected", OF_CREDENTIAL.format(hook="if_connected", name="on_switch")
        ),
        setting("SHARE_BY_SIGNAL = False"),
        at_start(
            """
            from django.conf import settings

            from campus.credentials.signals import program_certificate_awarded
            from campus.records import receivers

            if settings.SHARE_BY_SIGNAL:
                program_certificate_awarded.connect(receivers.on_switch)
            """
        ),
        path=("on_switch", "if_connected"),
        before='settings.SHARE_BY_SIGNAL = True\napps.get_app_config("records").ready()',
    ),
)
