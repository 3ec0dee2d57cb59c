"""The gallery page. Everything on it is invented; nothing is read or written."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.utils import translation
from django.views.generic import TemplateView

from bruecke.core.clock import BERLIN
from bruecke.core.errors import Stale
from bruecke.ui import icons
from bruecke.ui.context import Group, Layout, Place
from bruecke.ui.gallery import forms, samples
from bruecke.ui.languages import LanguageLink, direction_of, native_name
from bruecke.ui.tables import Column
from bruecke.ui.views.lists import Tab

NOW = datetime(2026, 11, 19, 9, 12, tzinfo=BERLIN)
PAGES = {
    "desk": ("bausteine", "heute", "fragen", "frage", "erfassen", "zustaendigkeit"),
    "public": ("bausteine", "start", "ort", "frage", "status"),
}


class SampleLayout(Layout):
    """The frame with invented navigation."""

    style = "desk"
    current = ""
    language_code = "de"

    @property
    def is_desk(self) -> bool:
        return self.style == "desk"

    @property
    def lang(self) -> str:
        return self.language_code

    @property
    def district(self) -> Any:
        return samples.DISTRICT

    @property
    def viewer(self) -> Any:
        return SimpleNamespace(name="Frau K.")

    @property
    def person_lines(self) -> tuple[object, ...]:
        return ("Integrationskoordination", "Heidenau · Dohna · Müglitztal")

    @property
    def languages(self) -> tuple[LanguageLink, ...]:
        return tuple(
            LanguageLink(code, native_name(code), direction_of(code), f"?stil=public&sprache={code}", code == self.lang)
            for code in ("de", "uk", "ar", "en")
        )

    @property
    def groups(self) -> tuple[Group, ...]:
        return tuple(
            Group(key, label, tuple(self._sample(*place) for place in places)) for key, label, places in samples.DESK_NAVIGATION
        )

    @property
    def tabs(self) -> tuple[Place, ...]:
        return tuple(self._sample(*place) for place in samples.TABS)

    @property
    def foot(self) -> tuple[Place, ...]:
        return (self._sample("account", "Konto", "", 0), self._sample("logout", "Abmelden", "", 0))

    @property
    def search_url(self) -> str:
        return "?stil=desk"

    @property
    def public_places(self) -> tuple[Place, ...]:
        return tuple(self._sample(key, samples.word(label, self.lang), "", 0) for key, label in samples.PUBLIC_NAVIGATION)

    @property
    def legal_places(self) -> tuple[Place, ...]:
        return tuple(self._sample("legal", samples.word(label, self.lang), "", 0) for label in samples.LEGAL)

    @property
    def funding_notice(self) -> str:
        return samples.word(samples.FUNDING, self.lang)

    @property
    def messages(self) -> list[Any]:
        return samples.MESSAGES if self.current == "bausteine" else []

    def _sample(self, key: str, label: object, icon: str, count: int) -> Place:
        return Place(
            key,
            "",
            label,
            label,
            f"?stil={self.style}&seite={key}&sprache={self.lang}",
            icon,
            count,
            key == self.current,
            True,
        )


class Gallery(TemplateView):
    """`?stil=desk|public`, `?seite=…`, `?sprache=de|ar`."""

    door = "public"
    cached = False

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        style = request.GET.get("stil", "desk")
        style = style if style in PAGES else "desk"
        page = request.GET.get("seite", "bausteine")
        page = page if page in PAGES[style] else "bausteine"
        language = "ar" if request.GET.get("sprache") == "ar" else "de"
        layout = SampleLayout(request)
        layout.style, layout.current, layout.language_code = style, page, language
        self.template_name = f"ui/gallery/{style}_{page}.html"
        with translation.override(language):
            response = self.render_to_response(self._context(layout, style, language))
            return response.render()  # type: ignore[attr-defined]

    def _context(self, layout: SampleLayout, style: str, language: str) -> dict[str, Any]:
        broken = forms.SampleForm({"topic": "", "text": "Я шукаю курс"})
        conflict = forms.SampleVersion({"place": "dohna", "version": "1"})
        conflict.show_conflict(Stale(changed_by="Herr B.", changed_at=NOW), {"place": "heidenau", "version": 2})
        page = Paginator(samples.QUESTIONS, 12).get_page(1)
        return {
            **samples.content(language),
            "layout": layout,
            "now": NOW,
            "form": forms.SampleForm() if layout.current != "bausteine" else broken,
            "clean_form": forms.SampleForm(
                initial={"text": "Я шукаю курс німецької мови з доглядом за дитиною.", "topic": "learn"}
            ),
            "entry_form": forms.SampleEntry(),
            "everything": forms.SampleEverything(),
            "reply_form": forms.SampleReplyArabic() if language == "ar" else forms.SampleReply(),
            "icon_names": sorted(icons.PATHS),
            "place_form": forms.SamplePlace(),
            "answer_form": forms.SampleAnswer(),
            "conflict": conflict.conflict,
            "filters": forms.SampleFilter(QueryDict("ort=heidenau") if layout.current == "bausteine" else QueryDict("")),
            "columns": (
                Column("title", "Frage", width="wide"),
                Column("state", "Stand"),
                Column("age", "Alter", order_by=("received_at",)),
                Column("language", "Sprache"),
                Column("place", "Ort"),
                Column("topic", "Thema", order_by=("topic",)),
            ),
            "sort": "-age" if layout.current == "bausteine" else "",
            "page": page,
            "rows": page.object_list,
            "tabs": [
                Tab("mine", "Meine", 14, "?", True),
                Tab("all", "Alle", 41, "?"),
                Tab("open", "Nicht zugewiesen", 2, "?"),
                Tab("late", "Überfällig", 2, "?"),
            ],
            "exports": [("Liste herunterladen (CSV, XLSX)", "?")],
            "crumbs": [("Fragen", "?"), ("Meine", "?")] if style == "desk" else [("Start", "?"), ("Hilfe finden", "?")],
            "pages": [(name, f"?stil={style}&seite={name}&sprache={language}") for name in PAGES[style]],
            "wrong_state": "",
            "draft": None,
            "keeps_draft": False,
        }
