from django.core.management.base import BaseCommand

from campus.credentials.issuers import ProgramCertificateIssuer
from campus.credentials.models import AWARDED, ProgramCertificate


class Command(BaseCommand):
    help = "Awards the certificate of a program to learners who finished it while the service was down."

    def add_arguments(self, parser):
        parser.add_argument("program_uuid")
        parser.add_argument("usernames", nargs="+")

    def handle(self, *, program_uuid, usernames, **options):
        certificate = ProgramCertificate.objects.get(program_uuid=program_uuid)
        for username in usernames:
            ProgramCertificateIssuer().issue_credential(certificate, username, AWARDED)
            self.stdout.write(f"Awarded {certificate} to {username}.")
