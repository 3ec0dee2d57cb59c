"""Posts of the demo districts (`posts`), and what happens to them in a year (`year`)."""

from bruecke.staffing.demo.posts import POSTS, load_staffing
from bruecke.staffing.demo.year import begin_year, end_year

__all__ = ["POSTS", "begin_year", "end_year", "load_staffing"]
