"""Desk addresses of staffing."""

from django.urls import path

from bruecke.staffing.views import absences, hours, plan, posts

app_name = "staffing"
urlpatterns = [
    path("zustaendigkeit/", plan.Overview.as_view(), name="overview"),
    path("zustaendigkeit/liste.csv", plan.PlanDownload.as_view(), name="download"),
    path("zustaendigkeit/zuordnen/", plan.Assign.as_view(), name="assign"),
    path("zustaendigkeit/vorschau/", plan.AssignPreview.as_view(), name="assign-preview"),
    path("zustaendigkeit/zuordnungen/<str:uid>/zuruecknehmen/", plan.UndoAssignment.as_view(), name="assignment-undo"),
    path("abwesenheiten/", absences.Absences.as_view(), name="absences"),
    path("abwesenheiten/<str:uid>/aendern/", absences.ChangeAbsence.as_view(), name="absence-change"),
    path("abwesenheiten/<str:uid>/zuruecknehmen/", absences.RemoveAbsence.as_view(), name="absence-remove"),
    path("stellen/<str:uid>/abwesenheit/", absences.EnterAbsence.as_view(), name="absence-enter"),
    path("stellen/<str:uid>/vertretung/", absences.SetDeputy.as_view(), name="deputy-set"),
    path("stellen/neu/", posts.CreatePost.as_view(), name="post-create"),
    path("stellen/<str:uid>/", posts.PostDetail.as_view(), name="post"),
    path("stellen/<str:uid>/bearbeiten/", posts.EditPost.as_view(), name="post-edit"),
    path("stellen/<str:uid>/kontakt/", posts.EditOwnDetails.as_view(), name="post-details"),
    path("stellen/<str:uid>/besetzung/", posts.ChangeHolder.as_view(), name="holder-change"),
    path("stellen/<str:uid>/beenden/", posts.EndPost.as_view(), name="post-end"),
    path("stellen/<str:uid>/ende-zuruecknehmen/", posts.ReopenPost.as_view(), name="post-reopen"),
    path("stellen/<str:uid>/sprechstunden/", hours.Hours.as_view(), name="hours"),
    path("stellen/<str:uid>/sprechstunden/neu/", hours.CreateHour.as_view(), name="hour-create"),
    path("sprechstunden/<str:uid>/bearbeiten/", hours.EditHour.as_view(), name="hour-edit"),
    path("sprechstunden/<str:uid>/beenden/", hours.EndHour.as_view(), name="hour-end"),
    path("sprechstunden/<str:uid>/ende-zuruecknehmen/", hours.ReopenHour.as_view(), name="hour-reopen"),
    path("sprechstunden/<str:uid>/ausfall/", hours.CancelDay.as_view(), name="day-cancel"),
    path("sprechstunden/ausfaelle/<str:uid>/zuruecknehmen/", hours.RestoreDay.as_view(), name="day-restore"),
]
