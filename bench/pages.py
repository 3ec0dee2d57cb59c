"""What an uncached page costs, in its own process: `python -m bench.pages` prints JSON {page: [CPU ms, queries]}."""

import json
import os
import statistics
import sys
import time
from typing import Any

ROUNDS = 40
DISTRICT = "saechsische-schweiz-osterzgebirge"
COORDINATOR = "kik-pirna@soe.example.org"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")
    import django

    django.setup()
    from tests.journeys.processes import memory_of

    from bruecke.core import clock
    from bruecke.core.global_search import WORDS, sealed_words

    public, desk = _clients()
    place = _place_slug()
    pages = {
        "start page": (public, f"/de/{DISTRICT}/?bench=1"),
        "page of a place": (public, f"{place}?bench=1"),
        "consultation hours": (public, f"/de/{DISTRICT}/sprechstunden/?bench=1"),
        "list of offers": (public, f"/de/{DISTRICT}/angebote/?bench=1"),
        "list of offers by words and place": (public, f"/de/{DISTRICT}/angebote/?suche=Deutschkurs&ort=14628270&umkreis=20"),
        "page of an offer": (public, f"{_offer_page()}?bench=1"),
        "interface, list of offers by words": (public, f"/api/v1/offers?district={DISTRICT}&q=Deutschkurs"),
        "Heute": (desk, f"/intern/{DISTRICT}/"),
        "inbox": (desk, f"/intern/{DISTRICT}/fragen/?tab=alle&stand="),
        "search over everything": (desk, f"/intern/{DISTRICT}/suche/?{WORDS}={sealed_words('pirna', clock.now())}"),
    }
    measured = {name: _cost(client, path) for name, (client, path) in pages.items()}
    json.dump({"pages": measured, "memory": memory_of(os.getpid())}, sys.stdout)


def _clients() -> tuple[Any, Any]:
    """Somebody without account, and a coordinator with second factor."""
    from django.test import Client

    return Client(headers={"host": "localhost"}), signed_in(COORDINATOR)


def signed_in(email: str) -> Any:
    """A client in a new session of the person, past both steps."""
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from bruecke.accounts.middleware import SECOND_FACTOR
    from bruecke.accounts.models import Account

    account = Account.objects.get(email=email)
    desk = Client(headers={"host": "localhost"})
    desk.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = desk.session
    session[SECOND_FACTOR] = Authenticator.objects.get(user_id=account.pk, type=Authenticator.Type.TOTP).pk
    session.save()
    return desk


def _place_slug() -> str:
    from django.urls import reverse

    from bruecke.places.models import Area

    slug = Area.objects.get(ags="14628270").slug
    return reverse("staffing_public:place", kwargs={"lang": "de", "district": DISTRICT, "slug": slug})


def _offer_page() -> str:
    from django.urls import reverse

    from bruecke.core.models import District
    from bruecke.core.scope import for_district
    from bruecke.offers.models import Offer

    with for_district(District.objects.get(slug=DISTRICT)):
        uid = Offer.objects.filter(visibility="public", state="active").order_by("pk").values_list("uid", flat=True)[0]
    return reverse("offers_public:detail", kwargs={"lang": "de", "district": DISTRICT, "uid": uid})


def _cost(client: Any, path: str) -> tuple[float, int]:
    """Median of the CPU time of this process, and the number of queries, both warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(3):
        answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answers {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    count = len(queries)  # the next request forgets them
    took = []
    for _ in range(ROUNDS):
        started = time.process_time()
        client.get(path)
        took.append((time.process_time() - started) * 1000)
    return statistics.median(took), count


if __name__ == "__main__":
    main()
