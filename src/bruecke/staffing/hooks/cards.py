"""Cards of *Heute* about posts and municipalities."""

from bruecke.core.dashboard import cards
from bruecke.staffing.queries.cards import CARDS

for _card in CARDS:
    cards.register(_card)
