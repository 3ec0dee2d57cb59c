"""What data protection gets: the activity of the record, and what is held about a person who holds a post."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.privacy import ProcessingActivity, SubjectExport, activities, subject_exports
from bruecke.staffing.queries.subject import collect_subject

activities.register(
    ProcessingActivity(
        key="staffing",
        label=_("Stellen der Integrationskoordination besetzen und vertreten"),
        covers=("staffing",),
        recipients=_(
            "Mitarbeitende im Landkreis, Anstellungsträger und Gemeinden für ihre Stellen; mit Freigabe die Öffentlichkeit"
        ),
        order=50,
    )
)
subject_exports.register(SubjectExport(key="staffing", collect=collect_subject, order=50))
