"""Pages that take over a list of contact persons: Excel, CSV, vCard."""

from django.utils.translation import gettext_lazy as _

from bruecke.directory.actions import IMPORT_KIND
from bruecke.ui.views.imports import ImportPages


class ContactsImport(ImportPages):
    kind_key = IMPORT_KIND
    route = "directory:contacts-import"
    place = "directory.contacts"
    heading = _("Kontaktliste übernehmen")
    crumbs = ((_("Ansprechpersonen"), "directory:contacts"),)
