from college.kernel.repositories import Repository
from college.modules.people.models import Member


class Members(Repository):
    model = Member
