from campus.credentials.issuers import CourseCertificateIssuer, ProgramCertificateIssuer


class Accreditor:
    """Finds the issuer of a credential's type."""

    def __init__(self, issuers=None):
        issuers = issuers or [CourseCertificateIssuer(), ProgramCertificateIssuer()]
        self.issuers = {issuer.issued_credential_type: issuer for issuer in issuers}

    def issue_credential(self, credential, username, status, request=None):
        issuer = self.issuers[credential.__class__]
        return issuer.issue_credential(credential, username, status, request)
