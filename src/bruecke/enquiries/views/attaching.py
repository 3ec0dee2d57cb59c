"""What public forms with files share: how long a body they bear, and that nothing of what is too large is kept."""

from typing import Any

from bruecke.core.cleaning import ShortUploads
from bruecke.enquiries import rules


class TakesFiles:
    """Mixin of public forms; before anything reads the body."""

    upload_bytes = rules.UPLOAD_BYTES

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        if request.method == "POST":
            request.upload_handlers = [ShortUploads(request, most=rules.MAX_FILES), *request.upload_handlers]
