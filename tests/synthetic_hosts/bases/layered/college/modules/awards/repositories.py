from college.kernel.repositories import Repository
from college.modules.awards.models import ProgramCertificate, UserCredential


class Certificates(Repository):
    model = ProgramCertificate

    def of_program(self, program_uuid):
        return self.rows.select_related("program").get(program_uuid=program_uuid, is_active=True)


class Credentials(Repository):
    model = UserCredential

    def record(self, certificate, username, status):
        return self.rows.record(certificate, username, status)
