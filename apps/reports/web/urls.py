"""Pages of reports, under /reports/."""

from django.urls import path

from apps.reports.web import bank, comments

urlpatterns = [
    path("comments/", comments.comment_sections, name="comments"),
    path("comments/sections/<uuid:section_id>/", comments.comment_sheet, name="comment-sheet"),
    path("comments/sections/<uuid:section_id>/submit/", comments.comments_submit, name="comments-submit"),
    path(
        "comments/sections/<uuid:section_id>/<uuid:student_id>/", comments.comment_save, name="comment-save"
    ),
    path(
        "comments/sections/<uuid:section_id>/<uuid:student_id>/sentence/",
        comments.bank_fill,
        name="bank-fill",
    ),
    path("comments/proofread/", comments.proofread, name="proofread"),
    path("comments/<uuid:comment_id>/proofread/", comments.proofread_one, name="proofread-one"),
    path("comments/bank/", bank.bank, name="comment-bank"),
    path("comments/bank/add/", bank.bank_add, name="bank-add"),
    path("comments/bank/<uuid:entry_id>/", bank.bank_change, name="bank-change"),
    path("comments/bank/<uuid:entry_id>/remove/", bank.bank_remove, name="bank-remove"),
]
