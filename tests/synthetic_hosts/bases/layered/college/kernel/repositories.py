class Repository:
    """The rows of one model, as the services see them."""

    model = None

    @property
    def rows(self):
        return self.model._default_manager.all()

    def get(self, **by):
        return self.rows.get(**by)

    def find(self, **by):
        return self.rows.filter(**by).first()
