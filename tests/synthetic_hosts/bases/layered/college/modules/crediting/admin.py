from django.contrib import admin

from college.modules.crediting.models import CreditRequest, SharedRecord


@admin.register(CreditRequest)
class CreditRequestAdmin(admin.ModelAdmin):
    list_display = ("learner", "pathway", "program", "status", "created")


@admin.register(SharedRecord)
class SharedRecordAdmin(admin.ModelAdmin):
    list_display = ("learner", "program", "uuid")
