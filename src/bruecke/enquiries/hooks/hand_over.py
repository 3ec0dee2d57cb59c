"""What questions put into the dossier of a post that changes hands, and how they go to who follows."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.hand_over import HandOn, HandOverSource, hand_overs
from bruecke.enquiries.actions.handing_on import hand_on_questions
from bruecke.enquiries.queries import hand_over as reads

FEATURE = "enquiries"

for _source in (
    HandOverSource(
        key="enquiries.promised",
        title=_("Zugesagte Antworten"),
        collect=reads.promised_answers,
        feature=FEATURE,
        order=10,
    ),
    HandOverSource(
        key="enquiries.open",
        title=_("Laufende Fragen"),
        collect=reads.open_questions,
        feature=FEATURE,
        hand_on=HandOn(label=_("Laufende Fragen und zugesagte Antworten"), preview=reads.preview, apply=hand_on_questions),
        todos=frozenset({"enquiries", "enquiries.referrals"}),
        order=20,
    ),
    HandOverSource(
        key="enquiries.referrals",
        title=_("Vermittlungen, die warten"),
        collect=reads.waiting_referrals,
        feature=FEATURE,
        order=30,
    ),
):
    hand_overs.register(_source)
