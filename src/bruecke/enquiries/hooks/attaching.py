"""Words of the audit log for attached files."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import AuditVerb, audit_verbs

audit_verbs.register(AuditVerb(key="enquiry.file_read", label=_("Datei zu einer Frage geöffnet")))
