"""Logins of the demo people; one password, hashed once."""

from allauth.account.models import EmailAddress

from apps.accounts.models import Campus, Role, RoleAssignment, User
from apps.portals.demo.made import Made

Wanted = tuple[str, str, tuple[tuple[Role, Campus | None], ...]]


class Logins:
    """Collects logins and writes them together."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self.users: list[User] = []
        self.roles: list[RoleAssignment] = []
        self.used: set[str] = set()

    def add(self, name: str, *roles: tuple[Role, Campus | None], email: str = "") -> User:
        """A login with open roles since the school year began."""
        made = self.made
        user = User(
            school=made.school,
            email=email or self._address(name),
            name=name,
            password=made.password,
            language="hi" if made.rng.random() < 0.04 and not email else "",
        )
        self.used.add(user.email)
        self.users.append(user)
        for role, campus in roles:
            self.grant(user, role, campus)
        return user

    def grant(self, user: User, role: Role, campus: Campus | None) -> None:
        made = self.made
        self.roles.append(
            RoleAssignment(
                school=made.school, user=user, role=role, campus=campus, begin_date=made.year.begin
            )
        )

    def save(self) -> None:
        User.objects.bulk_create(self.users, batch_size=1000)
        RoleAssignment.objects.bulk_create(self.roles, batch_size=1000)
        addresses = [
            EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in self.users
        ]
        EmailAddress.objects.bulk_create(addresses, batch_size=1000)
        self.users, self.roles = [], []

    def _address(self, name: str) -> str:
        words = name.lower().split()
        stem, number = f"{words[0]}.{words[-1]}", 1
        while (address := f"{stem}{number if number > 1 else ''}@{self.made.plan.domain}") in self.used:
            number += 1
        return address
