"""App configuration of `enquiries`: a resident asks, the right coordinator answers, the resident reads it."""

from bruecke.core.apps import HouseAppConfig


class EnquiriesConfig(HouseAppConfig):
    default = True
    name = "bruecke.enquiries"
    label = "enquiries"
    verbose_name = "Enquiries"
