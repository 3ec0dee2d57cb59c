"""Questions of the demo districts: hand-made ones of the last days, and the life of a year before them (`year`)."""

from bruecke.enquiries.demo.doors import load_doors
from bruecke.enquiries.demo.questions import demo_receipts, load_enquiries
from bruecke.enquiries.demo.referrals import load_referrals
from bruecke.enquiries.demo.tally import load_tally
from bruecke.enquiries.demo.year import begin_year, live_a_day

__all__ = ["begin_year", "demo_receipts", "live_a_day", "load_doors", "load_enquiries", "load_referrals", "load_tally"]
