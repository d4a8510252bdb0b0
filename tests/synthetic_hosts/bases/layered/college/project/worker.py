import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "college.project.settings")

app = Celery("college")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["college.modules.awards.entry", "college.modules.crediting.entry"])
