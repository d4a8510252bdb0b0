from django.contrib import admin

from campus.credentials.accreditors import Accreditor
from campus.credentials.models import AWARDED, REVOKED, ProgramCertificate, UserCredential


@admin.register(UserCredential)
class UserCredentialAdmin(admin.ModelAdmin):
    list_display = ("username", "credential_content_type", "credential_id", "status")
    actions = ("award_again", "revoke")

    @admin.action(description="Award again")
    def award_again(self, request, queryset):
        for user_credential in queryset:
            Accreditor().issue_credential(user_credential.credential, user_credential.username, AWARDED, request)

    @admin.action(description="Revoke")
    def revoke(self, request, queryset):
        queryset.update(status=REVOKED)


@admin.register(ProgramCertificate)
class ProgramCertificateAdmin(admin.ModelAdmin):
    list_display = ("program_uuid", "is_active")
