"""Figures of questions for the page *Zahlen*."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.figures import Dimension, FigureSource, figures
from bruecke.enquiries.queries import figures as queries

FEATURE = "enquiries"
PLACE = Dimension(queries.PLACE, _("Ort"))
TOPIC = Dimension(queries.TOPIC, _("Thema"))
LANGUAGE = Dimension(queries.LANGUAGE, _("Sprache"))
CHANNEL = Dimension(queries.CHANNEL, _("Weg"))
OUTCOME = Dimension(queries.OUTCOME, _("Ergebnis"))
MONTH = Dimension(queries.MONTH, _("Monat"))

for _order, (_key, _label, _dimensions, _scopes, _collect) in enumerate(
    (
        ("fragen", _("Fragen"), (PLACE, TOPIC, LANGUAGE, CHANNEL, OUTCOME, MONTH), queries.scopes, queries.question_counts),
        ("fehlende", _("Fehlende Angebote"), (TOPIC, PLACE, LANGUAGE, MONTH), queries.scopes, queries.unmet_counts),
        ("striche", _("Strichliste"), (TOPIC, PLACE, LANGUAGE, CHANNEL, MONTH), queries.scopes, queries.tally_counts),
        ("antwortzeit", _("Antwortzeit"), (MONTH,), queries.answer_scopes, queries.answer_times),
    ),
    start=1,
):
    figures.register(
        FigureSource(
            key=_key,
            label=_label,
            dimensions=_dimensions,
            scopes=_scopes,
            collect=_collect,
            word=queries.word,
            feature=FEATURE,
            order=10 * _order,
        )
    )
