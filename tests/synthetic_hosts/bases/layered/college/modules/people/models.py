from django.contrib.auth.models import AbstractUser


class Member(AbstractUser):
    """A learner, or somebody of the staff."""
