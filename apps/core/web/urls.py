from django.urls import path

from apps.core.web import jobs

urlpatterns = [
    path("", jobs.job_list, name="job-list"),
    path("<uuid:pk>/", jobs.job_detail, name="job-detail"),
    path("<uuid:pk>/progress/", jobs.job_progress, name="job-progress"),
    path("<uuid:pk>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("<uuid:pk>/file/", jobs.job_file, name="job-file"),
]
