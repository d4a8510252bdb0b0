import logging

from django.conf import settings
from django.db import transaction

from college.kernel.bus import bus
from college.kernel.handlers import Handler
from college.modules.awards.adapters.letters import LearnerLetters
from college.modules.awards.domain import AwardProgram, ProgramAwarded, ProgramRevoked
from college.modules.awards.models import Status
from college.modules.awards.ports import Congratulations
from college.modules.awards.repositories import Certificates, Credentials
from college.modules.people.repositories import Members

logger = logging.getLogger(__name__)


@bus.handles(AwardProgram)
class AwardProgramHandler(Handler[AwardProgram]):
    letters: Congratulations

    def __init__(self, letters=None):
        self.letters = letters or LearnerLetters()
        self.certificates = Certificates()
        self.credentials = Credentials()
        self.members = Members()

    @transaction.atomic
    def handle(self, command):
        certificate = self.certificates.of_program(command.program_uuid)
        credential, is_new = self.credentials.record(certificate, command.username, command.status)
        learner = self.members.find(username=command.username)
        if is_new and learner is not None and settings.COLLEGE.mailing.congratulate:
            self.letters.congratulate(learner, certificate.program)
        bus.publish(self.event(credential, certificate, is_new))
        return credential

    def event(self, credential, certificate, is_new):
        if credential.status == Status.AWARDED:
            return ProgramAwarded(credential.username, certificate.program_uuid, is_new)
        return ProgramRevoked(credential.username, certificate.program_uuid)


@bus.listens(ProgramAwarded)
@bus.listens(ProgramRevoked)
def note(event):
    logger.info("%s: %s of program %s.", type(event).__name__, event.username, event.program_uuid)
