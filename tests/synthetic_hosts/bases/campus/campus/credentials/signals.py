from django.dispatch import Signal

program_certificate_awarded = Signal()
program_certificate_revoked = Signal()
