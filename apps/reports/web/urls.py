"""Pages of reports, under /reports/."""

from django.urls import path

from apps.reports.web import bank, comments, documents, runs, templates

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
    path("documents/", documents.documents, name="documents"),
    path("documents/<uuid:pk>/", documents.document, name="document"),
    path("documents/<uuid:pk>/open/", documents.document_open, name="document-open"),
    path("documents/<uuid:pk>/release/", documents.document_release, name="document-release"),
    path("documents/<uuid:pk>/revoke/", documents.document_revoke, name="document-revoke"),
    path("students/<uuid:pk>/", documents.student, name="student"),
    path("students/<uuid:pk>/issue/", documents.issue_student, name="issue-student"),
    path("sections/<uuid:pk>/issue/", documents.issue_section, name="issue-section"),
    path("runs/", runs.runs, name="runs"),
    path("runs/add/", runs.run_add, name="run-add"),
    path("runs/<uuid:pk>/", runs.run, name="run"),
    path("runs/<uuid:pk>/progress/", runs.run_progress, name="run-progress"),
    path("runs/<uuid:pk>/cancel/", runs.run_cancel, name="run-cancel"),
    path("runs/<uuid:pk>/continue/", runs.run_continue, name="run-continue"),
    path("runs/<uuid:pk>/release/", runs.run_release, name="run-release"),
    path("templates/", templates.templates, name="templates"),
    path("templates/install/", templates.templates_install, name="templates-install"),
    path("templates/add/", templates.template_add, name="template-add"),
    path("templates/fields/", templates.fields, name="word-fields"),
    path("templates/<uuid:pk>/", templates.template, name="template"),
    path("templates/<uuid:pk>/try/", templates.template_try, name="template-try"),
    path("templates/<uuid:pk>/sheet/", templates.template_sheet, name="template-sheet"),
    path("templates/<uuid:pk>/pdf/", templates.template_pdf, name="template-pdf"),
    path("templates/<uuid:pk>/remove/", templates.template_remove, name="template-remove"),
]
