from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from college.kernel.bus import bus
from college.modules.awards.domain import AwardProgram


@shared_task(name="college.award_program", ignore_result=True)
def award_program(username, program_uuid):
    bus.dispatch(AwardProgram(username, program_uuid))


@shared_task(name="college.sweep_sessions", ignore_result=True)
def sweep_sessions():
    SessionStore.clear_expired()
