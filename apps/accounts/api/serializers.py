"""Schools, campuses, logins and roles as the API shows and takes them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.models import Campus, Role, RoleAssignment, School, User
from apps.core.api.serializers import InputSerializer, RowSerializer


class SchoolSerializer(RowSerializer):
    class Meta:
        model = School
        fields = ("id", "name", "code", "time_zone", "language", "currency", "country", "labels")


class CampusSerializer(RowSerializer):
    class Meta:
        model = Campus
        fields = (
            "id",
            "name",
            "code",
            "address",
            "phone",
            "time_zone",
            "features",
            "is_active",
            "sourced_id",
        )


class RoleAssignmentSerializer(RowSerializer):
    class Meta:
        model = RoleAssignment
        fields = ("id", "user", "role", "campus", "begin_date", "end_date")


class UserSerializer(RowSerializer):
    class Meta:
        model = User
        fields = ("id", "name", "email", "language", "is_active", "invited_at", "last_login", "sourced_id")


class HeldRoleSerializer(serializers.Serializer[Any]):
    """A role as its holder sees it; no campus stands for the whole school."""

    role = serializers.CharField()
    campuses = serializers.ListField(child=serializers.UUIDField(), allow_null=True)


class MeSerializer(serializers.Serializer[Any]):
    """Who is signed in, in which school, with which roles."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    language = serializers.CharField()
    school = SchoolSerializer()
    roles = HeldRoleSerializer(many=True)


class LoginInput(InputSerializer):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    otp = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    device = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class ConfirmInput(InputSerializer):
    """The password, or a code of the second factor."""

    password = serializers.CharField(
        max_length=128, required=False, default="", allow_blank=True, trim_whitespace=False
    )
    otp = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)


class RefreshInput(InputSerializer):
    refresh = serializers.CharField(max_length=4000)


class ForgotInput(InputSerializer):
    email = serializers.CharField(max_length=254)


class ResetInput(InputSerializer):
    key = serializers.CharField(max_length=500)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class LoginSerializer(TokenPairSerializer):
    """`device` goes with the next sign-in, so that a stranger's guesses do not lock this device out."""

    device = serializers.CharField()
    user = MeSerializer()


class SchoolInput(InputSerializer):
    name = serializers.CharField(max_length=200, required=False)
    time_zone = serializers.CharField(max_length=60, required=False)
    language = serializers.CharField(max_length=10, required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False)
    labels = serializers.DictField(
        child=serializers.CharField(max_length=40, allow_blank=True), required=False
    )


class CampusInput(InputSerializer):
    name = serializers.CharField(max_length=200)
    code = serializers.SlugField(max_length=40)
    address = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    time_zone = serializers.CharField(required=False, max_length=60)
    is_active = serializers.BooleanField(required=False)


class FeaturesInput(InputSerializer):
    features = serializers.DictField(child=serializers.BooleanField())


class GrantInput(InputSerializer):
    role = serializers.ChoiceField(choices=Role.choices)
    campus = serializers.UUIDField(required=False, allow_null=True, default=None)


class UserInput(InputSerializer):
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=200)
    language = serializers.CharField(max_length=10, required=False, allow_blank=True, default="")
    roles = GrantInput(many=True)

    def validate_roles(self, roles: list[Any]) -> list[Any]:
        if not roles:
            raise serializers.ValidationError(_("Give at least one role."))
        return roles


class UserChange(InputSerializer):
    name = serializers.CharField(max_length=200, required=False)
    language = serializers.CharField(max_length=10, required=False, allow_blank=True)


class RoleInput(GrantInput):
    user = serializers.UUIDField()
    begin_date = serializers.DateField()
    end_date = serializers.DateField(required=False, allow_null=True, default=None)


class RoleEndInput(InputSerializer):
    end_date = serializers.DateField()
