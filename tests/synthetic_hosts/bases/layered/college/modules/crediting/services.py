from django.db import transaction

from college.kernel.bus import bus
from college.kernel.handlers import Handler
from college.modules.crediting.adapters.post import RegistrarsByPost
from college.modules.crediting.domain import RequestCredit
from college.modules.crediting.ports import Registrars
from college.modules.crediting.repositories import Programs, Records, Requests
from college.modules.people.repositories import Members


@bus.handles(RequestCredit)
class RequestCreditHandler(Handler[RequestCredit]):
    """The learner's own request: the one lawful sender to an institution."""

    registrars: Registrars

    def __init__(self, registrars=None):
        self.registrars = registrars or RegistrarsByPost()

    @transaction.atomic
    def handle(self, command):
        learner = Members().get(pk=command.learner_id)
        program = Programs().get(uuid=command.program_uuid)
        pathway = program.pathways.get(uuid=command.pathway_uuid)
        record = Records().share(learner, program)
        row = Requests().add(learner, pathway, program)
        self.registrars.ask(learner, pathway, program, f"{command.address_of_page}shared/{record.uuid}/")
        return row
