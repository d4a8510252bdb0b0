from django.contrib import admin

from college.kernel.bus import bus
from college.modules.awards.domain import AwardProgram
from college.modules.awards.models import ProgramCertificate, Status, UserCredential


@admin.register(UserCredential)
class UserCredentialAdmin(admin.ModelAdmin):
    list_display = ("username", "credential_id", "status")
    actions = ("award_again", "revoke")

    @admin.action(description="Award again")
    def award_again(self, request, queryset):
        self._ask(queryset, Status.AWARDED)

    @admin.action(description="Revoke")
    def revoke(self, request, queryset):
        self._ask(queryset, Status.REVOKED)

    def _ask(self, queryset, status):
        for credential in queryset:
            bus.dispatch(AwardProgram(credential.username, credential.credential.program_uuid, status))


@admin.register(ProgramCertificate)
class ProgramCertificateAdmin(admin.ModelAdmin):
    list_display = ("program", "is_active")
