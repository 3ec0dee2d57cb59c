"""The public form *Ich möchte helfen*: what somebody offers, and a receipt code for the answer."""

from typing import Any

from django.http import HttpResponse
from django.utils.functional import cached_property

from bruecke.core.tokens import receipt_code_from
from bruecke.enquiries.actions import Question
from bruecke.enquiries.actions.helping import Help, offer_help
from bruecke.enquiries.forms import language_by_script, recognise_languages
from bruecke.enquiries.forms.helping import ORGANISATION, HelpForm
from bruecke.enquiries.queries.helping import help_categories
from bruecke.enquiries.views.ask import Writing
from bruecke.vocabulary import queries as vocabulary


class OfferHelp(Writing):
    """Like asking a question, with what and when; a way to be reached is needed."""

    template_name = "enquiries/help.html"
    form_class = HelpForm
    feature = "help"
    place = "enquiries.help"

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        return help_categories(self.district, self.lang)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "categories": self.categories}

    def typed(self) -> dict[str, Any]:
        return {**super().typed(), "categories": self.request.POST.getlist("categories")}

    def form_valid(self, form: Any) -> HttpResponse:
        code, data = receipt_code_from(form.form_key), form.cleaned_data
        spoken = recognise_languages(data["languages_text"], vocabulary.languages())
        first = language_by_script(data["text"]) or self.lang
        kind, contact = data["contact"]
        offer_help(
            addressee=form.named,
            message=Question(
                text=data["text"],
                topic=None,
                languages=tuple(spoken or [first]),
                languages_text=data["languages_text"],
                contact_language=first,
                contact_kind=kind,
                contact=contact,
            ),
            offered=Help(data["categories"], data["times"], data["for_whom"] == ORGANISATION),
            receipt_code=code,
            viewer=self.viewer,
            now=self.now,
        )
        return self.receipt(code)
