from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    default = False
    default_site = "schools24.back_office.BackOffice"
