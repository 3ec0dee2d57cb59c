"""Signs coordinators of the demo in, in a process of its own: `python -m bench.signed_in` prints JSON {cookies, question}."""

import json
import os
import sys

from bench.pages import COORDINATOR, DISTRICT

MANY = 4


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")
    import django

    django.setup()
    from django.conf import settings
    from django.urls import reverse

    from bench.pages import signed_in
    from bruecke.accounts.models import Account
    from bruecke.accounts.queries import build_viewer
    from bruecke.core import clock
    from bruecke.core.models import District
    from bruecke.core.scope import for_district
    from bruecke.enquiries.models import Enquiry

    district = District.objects.get(slug=DISTRICT)
    viewer = build_viewer(Account.objects.get(email=COORDINATOR), district, clock.today())
    with for_district(district):
        uid = Enquiry.objects.visible_to(viewer).order_by("-pk").values_list("uid", flat=True)[0]
    name = settings.SESSION_COOKIE_NAME
    cookies = [f"{name}={signed_in(COORDINATOR).cookies[name].value}" for _ in range(MANY)]
    question = reverse("enquiries:detail", kwargs={"district": DISTRICT, "uid": uid})
    json.dump({"cookies": cookies, "question": question}, sys.stdout)


if __name__ == "__main__":
    main()
