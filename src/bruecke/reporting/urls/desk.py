"""Desk addresses of figures."""

from django.urls import path

from bruecke.reporting import views

app_name = "reporting"
urlpatterns = [
    path("zahlen/", views.Figures.as_view(), name="figures"),
    path("zahlen/diagramm/", views.FiguresChart.as_view(), name="figures-chart"),
    path("zahlen/diagramm/<str:fmt>/", views.FiguresPicture.as_view(), name="figures-picture"),
    path("zahlen/export/<str:fmt>/", views.FiguresExport.as_view(), name="figures-export"),
]
