"""Files that came with the messages of a question. Whoever calls has asked the rule for the question itself."""

from typing import Any

from django.db.models import Prefetch

from bruecke.enquiries.models import Attachment, Enquiry


def with_files(messages: Any) -> Any:
    """Messages with their files at hand: one query more."""
    files = Attachment.objects.select_related("file").order_by("pk")
    return messages.prefetch_related(Prefetch("attachments", queryset=files))


def attachment_of(enquiry: Enquiry, uid: str) -> Attachment | None:
    """A file of this question, by its public id."""
    return Attachment.objects.select_related("file").filter(enquiry=enquiry, uid=uid).first()
