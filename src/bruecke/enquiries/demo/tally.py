"""What comes by the other doors in the demo districts: a letter as photo and as PDF, and strokes of open hours."""

import io
from datetime import datetime, time
from functools import cache

from PIL import Image, ImageDraw

from bruecke.core import clock
from bruecke.core.files import CheckedFile
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.enquiries import queries, rules
from bruecke.enquiries.actions.tallying import add_stroke
from bruecke.enquiries.models import Enquiry, TallyEntry
from bruecke.enquiries.queries.desk.tally import tally_places
from bruecke.enquiries.states import Channel, Outcome
from bruecke.vocabulary import queries as vocabulary

_DAYS = (1, 3, 6, 9, 22, 43)
_STROKES = (
    ("german", "uk"),
    ("housing", "ar"),
    ("german", "uk"),
    ("health", "de"),
    ("german", "ar"),
    ("school", "uk"),
    ("work", "en"),
)
_WITH_FILES = {2: ("image/jpeg",), 5: ("image/jpeg", "application/pdf"), 8: ("application/pdf",)}


def files_of(number: int) -> list[CheckedFile]:
    """What the n-th question of a district brings along: mostly nothing."""
    return [CheckedFile(_letter(kind), kind) for kind in _WITH_FILES.get(number, ())]


@cache
def _letter(kind: str) -> bytes:
    """A letter without a word on it: grey lines on white paper, on a table where it is a photo."""
    is_photo = kind == "image/jpeg"
    picture = Image.new("RGB", (900, 1200), "#8a6f54" if is_photo else "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((70, 60, 840, 1150) if is_photo else (0, 0, 900, 1200), fill="#f7f6f2" if is_photo else "white")
    for row in range(18):
        top = 200 + row * 46
        draw.rectangle((150, top, 150 + (560 if row % 5 else 300), top + 12), fill="#9a9a9a")
    draw.rectangle((600, 100, 740, 150), fill="#0a5a8a")
    content = io.BytesIO()
    picture.save(content, "JPEG" if is_photo else "PDF", quality=80)
    return content.getvalue()


def load_tally(context: DemoContext) -> None:
    """Strokes of six open hours a district; a district that has strokes stays as it is."""
    for district in context.districts:
        with for_district(district):
            if not TallyEntry.objects.exists():
                _load(district, context.now)


def _load(district: District, now: datetime) -> None:
    topics = {topic.pk: topic for topic in vocabulary.topics()}
    for number, back in enumerate(_DAYS):
        day = rules.working_days_before(clock.local_day(now), back)
        viewers = _coordinators(district, now)
        if not viewers:
            return
        viewer = viewers[number % len(viewers)]
        place = tally_places(viewer, district, clock.local_day(now))[0]
        for count, (topic, language) in enumerate(_STROKES[: 3 + number % 5]):
            if topic not in topics:
                continue
            add_stroke(
                district=district,
                place=place,
                topic=topics[topic],
                language=language,
                channel=Channel.PHONE if count == 3 else Channel.IN_PERSON,
                outcome=Outcome.PASSED_ON if count == 1 else Outcome.ANSWERED,
                happened_on=day,
                viewer=viewer,
                now=datetime.combine(day, time(14, 5 + 9 * count), tzinfo=clock.BERLIN),
            )


def _coordinators(district: District, now: datetime) -> list[Viewer]:
    """Those who have questions in their hands and may make strokes somewhere today."""
    rows = Enquiry.objects.exclude(assigned_account=None).select_related("assigned_account").order_by("assigned_account_id")
    accounts = {row.assigned_account_id: row.assigned_account for row in rows}
    viewers = (queries.viewer_of(account, district, now) for account in accounts.values())
    return [viewer for viewer in viewers if viewer.is_coordinator and viewer.municipalities and rules.can_capture(viewer)]
