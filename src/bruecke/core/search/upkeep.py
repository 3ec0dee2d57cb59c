"""Erasing a person from the search, and the daily round that leaves nothing of what was deleted or changed in the file."""

from datetime import datetime, timedelta

from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import SearchEntry
from bruecke.core.registries import Subject
from bruecke.core.search.store import wipe_traces, wipe_traces_in_steps


def erase_from_search(subject: Subject, now: datetime) -> int:
    """Runs after the erasers of the apps, so that what they dropped from the index goes for good as well."""
    count = SearchEntry.objects.filter(about_uid=subject.uid).delete()[0]
    wipe_traces()
    return count


@handler("core.tidy_search", every=timedelta(hours=24), atomic=False)
def tidy_search(run: JobRun) -> None:
    """Words of texts that were changed or archived since yesterday go from the index for good; searching gets faster, too."""
    wipe_traces_in_steps()
