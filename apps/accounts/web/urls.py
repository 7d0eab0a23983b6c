from django.urls import path

from apps.accounts.web import house, own, school_account, users

urlpatterns = [
    path("users/", users.user_list, name="user-list"),
    path("users/invite/", users.user_invite, name="user-invite"),
    path("users/<uuid:pk>/", users.user_detail, name="user-detail"),
    path("users/<uuid:pk>/change/", users.user_change, name="user-change"),
    path("users/<uuid:pk>/suspend/", users.user_suspend, name="user-suspend"),
    path("users/<uuid:pk>/reactivate/", users.user_reactivate, name="user-reactivate"),
    path("users/<uuid:pk>/invitation/", users.invitation_send, name="invitation-send"),
    path("users/<uuid:pk>/invitation/revoke/", users.invitation_revoke, name="invitation-revoke"),
    path("users/<uuid:pk>/roles/add/", users.role_add, name="role-add"),
    path("users/<uuid:pk>/see-as/", own.impersonation_begin, name="impersonation-begin"),
    path("roles/<uuid:pk>/end/", users.role_end, name="role-end"),
    path("see-as/end/", own.impersonation_end, name="impersonation-end"),
    path("profile/", own.profile, name="profile"),
    path("language/", own.language, name="language"),
    path("sessions/<int:pk>/end/", own.session_end, name="session-end"),
    # In the place of allauth's view, which it calls.
    path("oidc/<str:provider_id>/login/", school_account.oidc_begin, name="oidc-begin"),
    path("invitation/<str:key>/", own.invitation, name="invitation"),
    path("campuses/", house.campus_list, name="campus-list"),
    path("campuses/add/", house.campus_add, name="campus-add"),
    path("campuses/<uuid:pk>/", house.campus_detail, name="campus-detail"),
    path("campuses/<uuid:pk>/change/", house.campus_change, name="campus-change"),
    path("school/", house.school_settings, name="school-settings"),
    path("school/words/", house.school_labels, name="school-labels"),
    path("audit/", house.audit_trail, name="audit-trail"),
]
