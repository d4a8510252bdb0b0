from django.contrib import admin

from campus.records.models import ProgramCertRecord, UserCreditPathway


@admin.register(UserCreditPathway)
class UserCreditPathwayAdmin(admin.ModelAdmin):
    list_display = ("user", "pathway", "program", "status", "created")


@admin.register(ProgramCertRecord)
class ProgramCertRecordAdmin(admin.ModelAdmin):
    list_display = ("user", "program", "uuid")
