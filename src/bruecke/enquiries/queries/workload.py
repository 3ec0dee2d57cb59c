"""How many running questions each post carries, for who leads the district: counts of what the viewer may open."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from bruecke.core.viewer import Viewer
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.states import WAITING
from bruecke.staffing.models import Post


@dataclass(frozen=True, slots=True)
class Load:
    """A post (or nobody) with its running questions and those of them whose target has passed."""

    label: str
    running: int
    overdue: int


def by_post(viewer: Viewer, now: datetime, limit: int = 8) -> list[Load]:
    """Posts with running questions, those with overdue ones first. Two queries."""
    rows = Enquiry.objects.visible_to(viewer).running().order_by().values_list("assigned_post")
    found = list(rows.annotate(running=Count("pk"), overdue=Count("pk", filter=Q(state__in=WAITING, due_at__lt=now))))
    posts = Post.objects.in_bulk([post for post, _running, _overdue in found if post is not None])
    loads = [
        Load(posts[post].short_label if post is not None else _("ohne Stelle"), running, overdue)
        for post, running, overdue in found
    ]
    return sorted(loads, key=lambda load: (-load.overdue, -load.running, load.label))[:limit]
