"""Figures of questions for the page *Zahlen*."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.figures import Dimension, FigureSource, figures
from bruecke.enquiries.queries import answer_times
from bruecke.enquiries.queries import figures as queries

FEATURE = "enquiries"
PLACE = Dimension(queries.PLACE, _("Ort"))
TOPIC = Dimension(queries.TOPIC, _("Thema"))
CATEGORY = Dimension(queries.CATEGORY, _("Was fehlt"))
GROUP = Dimension(queries.GROUP, _("Zielgruppe"))
LANGUAGE = Dimension(queries.LANGUAGE, _("Sprache"))
CHANNEL = Dimension(queries.CHANNEL, _("Weg"))
OUTCOME = Dimension(queries.OUTCOME, _("Ergebnis"))
MONTH = Dimension(queries.MONTH, _("Monat"))

figures.register(
    FigureSource(
        key="fragen",
        label=_("Fragen"),
        dimensions=(PLACE, TOPIC, LANGUAGE, CHANNEL, OUTCOME, MONTH),
        scopes=queries.scopes,
        collect=queries.question_counts,
        word=queries.word,
        records=queries.question_records,
        feature=FEATURE,
        order=10,
    )
)
figures.register(
    FigureSource(
        key="fehlende",
        label=_("Fehlende Angebote"),
        dimensions=(CATEGORY, TOPIC, PLACE, GROUP, LANGUAGE, MONTH),
        scopes=queries.unmet_scopes,
        collect=queries.unmet_counts,
        word=queries.word,
        records=queries.unmet_records,
        feature="offers",
        order=20,
    )
)
figures.register(
    FigureSource(
        key="striche",
        label=_("Strichliste"),
        dimensions=(TOPIC, PLACE, LANGUAGE, CHANNEL, OUTCOME, MONTH),
        scopes=queries.scopes,
        collect=queries.tally_counts,
        word=queries.word,
        feature=FEATURE,
        order=30,
    )
)
figures.register(
    FigureSource(
        key="antwortzeit",
        label=_("Antwortzeit"),
        dimensions=(MONTH,),
        scopes=answer_times.scopes,
        collect=answer_times.answer_times,
        word=queries.word,
        feature=FEATURE,
        order=40,
    )
)
figures.register(
    FigureSource(
        key="hilfe",
        label=_("Hilfsangebote"),
        dimensions=(PLACE, LANGUAGE, MONTH),
        scopes=queries.scopes,
        collect=queries.help_counts,
        word=queries.word,
        records=queries.help_records,
        feature=FEATURE,
        order=60,
    )
)
