from college.project.worker import app as celery_app

__all__ = ["celery_app"]
