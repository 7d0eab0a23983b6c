"""A year with three terms whose grades are posted, pupils of a class, and the office that prints."""

import io
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from apps.academics.models import Relation
from apps.academics.tests.factories import (
    AcademicSessionFactory,
    CampusEnrollmentFactory,
    CourseFactory,
    EnrollmentFactory,
    GradeLevelFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeroomFactory,
    SectionFactory,
    StaffMemberFactory,
    StudentFactory,
    TeachingAssignmentFactory,
)
from apps.accounts.models import Role, User
from apps.accounts.tests.factories import CampusFactory, RoleAssignmentFactory, SchoolFactory, UserFactory
from apps.attendance.models import AttendanceDay
from apps.core.models import ScanState, StoredFile
from apps.core.policy import Actor
from apps.gradebook.tests.factories import PostedGradeFactory, PostingFactory, term_of
from apps.reports.models import CommentState, DocumentKind, DocumentTemplate, ReportComment
from apps.reports.tests.factories import DocumentTemplateFactory

TODAY: Final = date(2026, 12, 10)
COURSES: Final = ("English", "Hindi", "Mathematics", "Science", "Social Science", "Computer Science")
# A CBSE-like scale as it is frozen with a posting.
BANDS: Final = [
    {"label": label, "lower": str(lower), "points": str(points), "is_passing": lower >= 33}
    for label, lower, points in (
        ("A1", 91, 10), ("A2", 81, 9), ("B1", 71, 8), ("B2", 61, 7), ("C1", 51, 6), ("C2", 41, 5),
        ("D", 33, 4), ("E", 0, 0),
    )
]  # fmt: skip


def band_of(percent: Decimal) -> dict[str, Any]:
    return next(band for band in BANDS if percent >= Decimal(str(band["lower"])))


class Registry:
    """`pupils` of class 9A in `courses`; `office` prints, `tutor` has the class, each pupil has a mother."""

    def __init__(self, names: tuple[str, ...] = ("Asha",), courses: tuple[str, ...] = COURSES) -> None:
        self.today = TODAY
        self.school = SchoolFactory.create(name="Vidya Public School")
        self.campus = CampusFactory.create(
            school=self.school, name="North Campus", address="12 Lake Road, Pune 411001"
        )
        self.year = AcademicSessionFactory.create(school=self.school)
        self.terms = [term_of(self.year, number) for number in (1, 2, 3)]
        self.grade = GradeLevelFactory.create(school=self.school, name="Grade 9")
        here = {"school": self.school, "campus": self.campus, "session": self.year}
        self.homeroom = HomeroomFactory.create(**here, name="9A", grade_level=self.grade)
        self.sections = [
            SectionFactory.create(
                **here,
                name=f"{name} 9A",
                homeroom=self.homeroom,
                course=CourseFactory.create(school=self.school, name=name, credits=Decimal(4)),
            )
            for name in courses
        ]
        self.tutor = self._teachers()
        self.office = self.login(Role.REGISTRAR)
        self.head = self.login(Role.SCHOOL_ADMIN, campus=None)
        self._postings: dict[Any, Any] = {}
        self.pupils = [self.enroll(name, number) for number, name in enumerate(names, 1)]

    def login(self, role: Role, **more: Any) -> User:
        user = UserFactory.create(school=self.school)
        RoleAssignmentFactory.create(**{"user": user, "role": role, "campus": self.campus, **more})
        return user

    def actor(self, user: User | None = None) -> Actor:
        return (user or self.office).actor(self.today)

    def enroll(self, name: str, number: int = 1, family_name: str = "Rao", **more: Any) -> Any:
        student = StudentFactory.create(
            school=self.school,
            campus=self.campus,
            given_name=name,
            family_name=family_name,
            grade_level=self.grade,
            roll_number=str(number),
            birth_date=date(2012, 5, 17),
            **more,
        )
        CampusEnrollmentFactory.create(school=self.school, student=student, campus=self.campus)
        for section in (self.homeroom, *self.sections):
            EnrollmentFactory.create(school=self.school, section=section, student=student)
        guardian = GuardianFactory.create(
            school=self.school, given_name="Meera", user=self.login(Role.GUARDIAN)
        )
        GuardianshipFactory.create(
            school=self.school, student=student, guardian=guardian, relation=Relation.MOTHER
        )
        return student

    def mother(self, student: Any) -> User:
        user: User = student.guardianships.get().guardian.user
        return user

    def post(self, student: Any, section: Any, session: Any, percent: Any = "80", **more: Any) -> Any:
        """A grade as it was posted and let out, on the frozen scale."""
        exact = Decimal(percent)
        if (section.pk, session.pk) not in self._postings:
            self._postings[section.pk, session.pk] = PostingFactory.create(
                school=self.school, section=section, session=session, rules={"bands": BANDS}
            )
        band = band_of(exact)
        return PostedGradeFactory.create(
            school=self.school,
            posting=self._postings[section.pk, session.pk],
            student=student,
            **{
                "percent": exact,
                "label": band["label"],
                "points": Decimal(band["points"]),
                "is_passing": band["is_passing"],
                "credits_attempted": Decimal(4),
                "credits_earned": Decimal(4),
                "release_at": timezone.now(),
                **more,
            },
        )

    def post_all(self, terms: int = 2) -> None:
        """Grades of every pupil in every course, all different."""
        for row, student in enumerate(self.pupils):
            for column, section in enumerate(self.sections):
                for number, term in enumerate(self.terms[:terms]):
                    self.post(
                        student,
                        section,
                        term,
                        Decimal(62 + (row * 7 + column * 5 + number * 3) % 36) + Decimal("0.4"),
                    )

    def comment(self, student: Any, section: Any, text: str, **more: Any) -> ReportComment:
        return ReportComment.objects.create(
            **{
                "school": self.school,
                "section": section,
                "session": self.terms[1],
                "student": student,
                "text": text,
                "state": CommentState.ACCEPTED,
                **more,
            }
        )

    def attend(self, student: Any, days: int = 20, missed: int = 1, month: int = 9) -> None:
        AttendanceDay.objects.bulk_create(
            AttendanceDay(
                school=self.school,
                student=student,
                campus=self.campus,
                date=date(2026, month, day),
                marks=1,
                present=0 if day <= missed else 1,
                unexcused=1 if day <= missed else 0,
            )
            for day in range(1, days + 1)
        )

    def photograph(self, student: Any, size: tuple[int, int] = (900, 1200)) -> StoredFile:
        file = picture(self.school, size)
        student.photo = file
        student.save(update_fields=["photo"])
        return file

    def template(self, kind: str = DocumentKind.REPORT_CARD, **layout: Any) -> DocumentTemplate:
        made: DocumentTemplate = DocumentTemplateFactory.create(school=self.school, kind=kind, layout=layout)
        return made

    def _teachers(self) -> User:
        for number, section in enumerate(self.sections):
            staff = StaffMemberFactory.create(
                school=self.school, campus=self.campus, given_name=f"Teacher{number}"
            )
            TeachingAssignmentFactory.create(school=self.school, section=section, staff=staff)
        user = self.login(Role.TEACHER)
        tutor = StaffMemberFactory.create(
            school=self.school, campus=self.campus, user=user, given_name="Farida", family_name="Khan"
        )
        TeachingAssignmentFactory.create(school=self.school, section=self.homeroom, staff=tutor)
        return user


def picture(school: Any, size: tuple[int, int] = (900, 1200), purpose: str = "person_photo") -> StoredFile:
    """A picture in the storage: a face of sorts."""
    drawing = Image.new("RGB", size, "#c7d2fe")
    drawing.paste("#7c5c46", (size[0] // 4, size[1] // 5, 3 * size[0] // 4, 4 * size[1] // 5))
    out = io.BytesIO()
    drawing.save(out, "JPEG")
    file = StoredFile.objects.create(
        school=school,
        purpose=purpose,
        key=f"{school.pk}/{purpose}/{StoredFile.objects.count()}",
        name="picture.jpg",
        media_type="image/jpeg",
        size=len(out.getvalue()),
        sha256="0" * 64,
        scan=ScanState.NOT_ASKED,
    )
    file.key = default_storage.save(file.key, ContentFile(out.getvalue()))
    file.save(update_fields=["key"])
    return file


def text_of(pdf: bytes) -> str:
    """What a PDF says, on one line."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
