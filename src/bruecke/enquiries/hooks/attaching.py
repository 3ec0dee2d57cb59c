"""What attached files hand to the registries: words of the audit log, and what they are kept for."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import AuditVerb, PersonalData, audit_verbs, personal_data

audit_verbs.register(AuditVerb(key="enquiry.file_read", label=_("Datei zu einer Frage geöffnet")))
personal_data.register(
    PersonalData(
        key="enquiries.Attachment.file",
        subject=_("Ratsuchende Person"),
        purpose=_("Frage beantworten"),
        legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO; besondere Kategorien: Art. 9 Abs. 2 Buchst. a DSGVO",
        retention=_("Bis zum Löschen durch die Person, sonst die eingestellten Monate nach dem Abschluss"),
        order=30,
    )
)
