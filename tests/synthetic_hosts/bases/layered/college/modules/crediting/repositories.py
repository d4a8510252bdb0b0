from college.kernel.repositories import Repository
from college.modules.catalog.models import Program
from college.modules.crediting.models import CreditRequest, SharedRecord


class Programs(Repository):
    model = Program


class Requests(Repository):
    model = CreditRequest

    def add(self, learner, pathway, program):
        return self.model.objects.create(learner=learner, pathway=pathway, program=program)


class Records(Repository):
    model = SharedRecord

    def share(self, learner, program):
        return self.model.objects.get_or_create(learner=learner, program=program)[0]
