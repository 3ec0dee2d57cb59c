"""Settings of consultation hours and of the pages that other websites show."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.schedules import parse_closed_days
from bruecke.core.settings import SettingKey, setting_keys
from bruecke.staffing.queries.closures import CLOSING_DAYS
from bruecke.staffing.rules import EMBED_ORIGINS, usual_origins

setting_keys.register(
    SettingKey(
        CLOSING_DAYS,
        _("Schließtage: Sprechstunden fallen aus"),
        "keine",
        parse_closed_days,
        _(
            "Tage mit Semikolon getrennt, ohne Jahr für jedes Jahr: „24.12.–31.12.; 15.05.2026“. "
            "Gesetzliche Feiertage des Landes gelten von selbst. „keine“ für keine."
        ),
        order=60,
    )
)

setting_keys.register(
    SettingKey(
        EMBED_ORIGINS,
        _("Websites, die „Wer hilft mir?“ einbinden dürfen"),
        "keine",
        usual_origins,
        _(
            "Adressen mit https und ohne Pfad, mit Semikolon getrennt: „https://www.beispielstadt.de; https://beispielort.de“. "
            "„keine“ für keine. Wie eine Stadt die Seite einbindet, steht öffentlich unter „Hilfe finden“."
        ),
        order=65,
    )
)
