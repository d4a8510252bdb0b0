from django.core.management.base import BaseCommand

from college.kernel.bus import bus
from college.modules.awards.domain import AwardProgram


class Command(BaseCommand):
    help = "Awards the certificate of a program to learners who finished it while the service was down."

    def add_arguments(self, parser):
        parser.add_argument("program_uuid")
        parser.add_argument("usernames", nargs="+")

    def handle(self, *, program_uuid, usernames, **options):
        for username in usernames:
            bus.dispatch(AwardProgram(username, program_uuid))
            self.stdout.write(f"Awarded to {username}.")
