"""View bases. The doors read their class attributes (`door`, `feature`, `roles`, `cached`) before a view runs."""

from bruecke.ui.views.desk import DeskFormView, DeskPage
from bruecke.ui.views.lists import DeskListView, Tab
from bruecke.ui.views.public import PublicForm, PublicPage

__all__ = ["DeskFormView", "DeskListView", "DeskPage", "PublicForm", "PublicPage", "Tab"]
