"""The door for mobile clients: tokens that live and die with a session of ours."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.accounts import selectors, services
from apps.accounts.api import serializers
from apps.accounts.models import User
from apps.accounts.services.sign_in import session_key_of
from apps.core.api.requests import actor_of
from apps.core.errors import Denied


class OpenView(APIView):
    """A view for people who are not signed in; a stale token in the header does not matter here."""

    authentication_classes = []
    permission_classes = [AllowAny]
    metadata_class = None

    def checked(self, input_class: type[BaseSerializer[Any]]) -> dict[str, Any]:
        serializer = input_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data


class LoginView(OpenView):
    @extend_schema(request=serializers.LoginInput, responses=serializers.LoginSerializer)
    def post(self, request: Request) -> Response:
        data = self.checked(serializers.LoginInput)
        device = data.pop("device")
        now = timezone.now()
        origin = services.origin_of(request._request, device)
        try:
            user, session = services.sign_in(**data, origin=origin, now=now)
        except services.TooManyTries as refusal:
            raise Throttled(refusal.wait, str(refusal)) from None
        access, refresh = services.issue_tokens(user, session)
        answer = {
            "access": access,
            "refresh": refresh,
            "device": services.device_token(origin.device, user),
            "user": selectors.me(user, today=timezone.localdate(timezone=user.school.zone)),
        }
        return Response(serializers.LoginSerializer(answer).data)


class RefreshView(OpenView):
    @extend_schema(request=serializers.RefreshInput, responses=serializers.TokenPairSerializer)
    def post(self, request: Request) -> Response:
        data = self.checked(serializers.RefreshInput)
        access, refresh = services.refresh_tokens(data["refresh"], now=timezone.now())
        return Response({"access": access, "refresh": refresh})


class ForgotPasswordView(OpenView):
    @extend_schema(request=serializers.ForgotInput, responses={202: None})
    def post(self, request: Request) -> Response:
        """202 whether the address is known or not."""
        email = self.checked(serializers.ForgotInput)["email"]
        origin = services.origin_of(request._request)
        try:
            services.take_try(
                account=f"forgot:{email}", address=origin.address, device=None, now=timezone.now().timestamp()
            )
        except services.TooManyTries as refusal:
            raise Throttled(refusal.wait, str(refusal)) from None
        services.request_password_reset(email=email)
        return Response({}, status=status.HTTP_202_ACCEPTED)


class ResetPasswordView(OpenView):
    @extend_schema(request=serializers.ResetInput, responses={204: None})
    def post(self, request: Request) -> Response:
        services.reset_password(**self.checked(serializers.ResetInput))
        return Response(status=status.HTTP_204_NO_CONTENT)


class LogoutView(APIView):
    metadata_class = None

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Ends the session behind the access token, and every token with it."""
        key = (
            session_key_of(cast("dict[str, Any] | None", request.auth))
            or request._request.session.session_key
        )
        if key:
            services.end_session(key)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConfirmView(APIView):
    metadata_class = None

    @extend_schema(request=serializers.ConfirmInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Fresh proof for what answers PROOF_NEEDED; it counts for five minutes."""
        if actor_of(request).impersonator_id is not None:
            raise Denied
        body = serializers.ConfirmInput(data=request.data)
        body.is_valid(raise_exception=True)
        key = session_key_of(cast("dict[str, Any] | None", request.auth))
        try:
            services.prove_again(
                user=cast("User", request.user),
                session=services.session_behind(key) if key else request._request.session,
                origin=services.origin_of(request._request),
                now=timezone.now(),
                **body.validated_data,
            )
        except services.TooManyTries as refusal:
            raise Throttled(refusal.wait, str(refusal)) from None
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    metadata_class = None

    @extend_schema(responses=serializers.MeSerializer)
    def get(self, request: Request) -> Response:
        user = cast("User", request.user)
        return Response(serializers.MeSerializer(selectors.me(user, today=timezone.localdate())).data)


class VerifyView(APIView):
    metadata_class = None

    @extend_schema(responses={200: dict[str, str]})
    def get(self, request: Request) -> Response:
        """Whether the access token still opens anything: 200 or 401."""
        return Response({"user": str(request.user.pk)})
