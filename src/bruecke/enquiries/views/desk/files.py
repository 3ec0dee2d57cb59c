"""Files of a question at the desk: the file itself, which leaves a trace, and a small picture for the dialogue."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property

from bruecke.core.files import file_response, small_picture
from bruecke.enquiries.actions.attaching import note_file_read
from bruecke.enquiries.models import Attachment
from bruecke.enquiries.queries import attachments
from bruecke.enquiries.views.desk.detail import OneEnquiry


class AttachedFile(OneEnquiry):
    """A photo is shown, a PDF is saved; neither stays in the browser's store."""

    http_method_names = ["get"]

    @cached_property
    def attachment(self) -> Attachment:
        found = attachments.attachment_of(self.enquiry, self.kwargs["file_uid"])
        if found is None:
            raise Http404
        return found

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        note_file_read(attachment=self.attachment, enquiry=self.enquiry, viewer=self.viewer, now=self.now)
        return file_response(self.attachment.file, shows_image=True)


class Preview(AttachedFile):
    """Too small to read a letter on it: part of the dialogue as the text is."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.attachment.is_image:
            raise Http404
        response = HttpResponse(small_picture(self.attachment.file), content_type="image/jpeg")
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
