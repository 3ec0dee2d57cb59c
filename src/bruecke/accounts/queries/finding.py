"""People who log in, in the search over everything: for those who administer or watch over accesses."""

from bruecke.accounts.models import Account
from bruecke.accounts.queries.people import PeopleFilters, people
from bruecke.core.clock import local_day
from bruecke.core.global_search import SearchHit, SearchHits, SearchQuestion, first_and_total


def find_people(question: SearchQuestion) -> SearchHits:
    """By name or mailbox, as the list of accesses shows them. One query."""
    rows = people(question.viewer, PeopleFilters(text=question.text), local_day(question.now)).order_by("sort_key", "pk")
    found, total = first_and_total(rows, question.limit)
    return SearchHits(tuple(_hit(account) for account in found), total, "accounts:people", {"tab": "all"})


def _hit(account: Account) -> SearchHit:
    return SearchHit(title=account.name, route="accounts:person", kwargs={"uid": account.uid}, detail=account.email)
