"""Files that come with a message: cleaned before (`core.cleaning`), kept under neutral names, gone with the question."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.files import CheckedFile, store_file
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import Attachment, Enquiry, Message, Referral

_NAMES = {"image/jpeg": "Foto-{number}.jpg", "image/png": "Foto-{number}.png", "application/pdf": "Dokument-{number}.pdf"}


def attach_files(*, message: Message, files: Sequence[CheckedFile], viewer: Viewer, now: datetime) -> list[Attachment]:
    """Keep cleaned files beside a message that was just written. For actions only, and as their last step.

    Effects: private files without a name of the person's own, known by the question's uid, so that they are erased with it.
    Raises: Invalid when there are too many.
    """
    if not files:
        return []
    if len(files) > rules.MAX_FILES:
        raise Invalid({"attachments": _("Bitte schicken Sie höchstens drei Dateien auf einmal.")})
    enquiry = message.enquiry
    before = Attachment.objects.filter(enquiry=enquiry).count()
    if before + len(files) > rules.MAX_FILES_OF_ONE:
        raise Invalid({"attachments": _("Zu dieser Frage gibt es schon sehr viele Dateien. Mehr als zwölf nehmen wir nicht an.")})
    made = []
    for number, checked in enumerate(files, start=before + 1):
        stored = store_file(
            checked,
            name=_NAMES[checked.content_type].format(number=number),
            district=enquiry.district,
            viewer=viewer,
            now=now,
            about_uid=enquiry.uid,
        )
        made.append(Attachment.objects.create(district_id=enquiry.district_id, enquiry=enquiry, message=message, file=stored))
    return made


@transaction.atomic
def note_file_read(
    *, attachment: Attachment, enquiry: Enquiry, through: Referral | None = None, viewer: Viewer, now: datetime
) -> None:
    """Leave a trace of who at the desk, or at a provider `through` a referral, opened a file.

    Effects: audit `enquiry.file_read`. Raises: NotAllowed.
    """
    is_passed_on = through is not None and rules.is_provider(viewer, through)
    if not is_passed_on and not rules.can_read_attachment(viewer, enquiry):
        raise NotAllowed
    audit.record(verb="enquiry.file_read", target=attachment, viewer=viewer, now=now)
