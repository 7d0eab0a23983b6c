"""What the office types in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.academics.models import AcademicSession, Section, SessionKind, StaffMember
from apps.accounts.models import Campus
from apps.core.policy import Actor
from apps.core.web.forms import ServiceForm, dress
from apps.facilities.models import Room
from apps.timetable.models import BellSchedule, ClassPeriod, DateKind, Weekday


def weekdays(required: bool = True) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        coerce=int,
        choices=Weekday.choices,
        widget=forms.CheckboxSelectMultiple(),
        initial=[1, 2, 3, 4, 5, 6],
        required=required,
    )


class _OfActor(ServiceForm):
    """Choices are those the actor may use, on one campus where there is one."""

    def __init__(self, *args: Any, actor: Actor, campus: Campus | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.on_campus = actor, campus
        for name, rows in self.choices().items():
            field: Any = self.fields[name]
            field.queryset = rows
        dress(self)

    def choices(self) -> dict[str, Any]:
        return {}


class CalendarForm(_OfActor):
    campus = forms.ModelChoiceField(label=_("Campus"), queryset=Campus.objects.none())
    session = forms.ModelChoiceField(label=_("School year"), queryset=AcademicSession.objects.none())
    weekdays = weekdays()

    def choices(self) -> dict[str, Any]:
        years = AcademicSession.objects.permitted(self.actor).filter(kind=SessionKind.SCHOOL_YEAR)
        return {"campus": Campus.objects.permitted(self.actor), "session": years}


class WeekdaysForm(ServiceForm):
    weekdays = weekdays()


class CalendarDateForm(_OfActor):
    date = forms.DateField(label=_("Date"), widget=forms.DateInput())
    kind = forms.ChoiceField(label=_("Kind"), choices=DateKind.choices)
    title = forms.CharField(label=_("Title"), max_length=120)
    bell_schedule = forms.ModelChoiceField(
        label=_("Rings by"), queryset=BellSchedule.objects.none(), required=False,
        help_text=_("For a day with other times, such as a short day."),
    )  # fmt: skip

    def choices(self) -> dict[str, Any]:
        return {"bell_schedule": BellSchedule.objects.permitted(self.actor).filter(campus=self.on_campus)}


class BellScheduleForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    weekdays = weekdays(required=False)


class PeriodForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    code = forms.CharField(label=_("Code"), max_length=20, help_text=_("The same in every schedule: 3."))
    begin_time = forms.TimeField(label=_("Begins"), widget=forms.TimeInput())
    end_time = forms.TimeField(label=_("Ends"), widget=forms.TimeInput())
    is_lesson = forms.BooleanField(label=_("Lessons are held"), required=False, initial=True)


class PatternForm(_OfActor):
    section = forms.ModelChoiceField(label=_("Section"), queryset=Section.objects.none())
    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int, choices=Weekday.choices)
    period = forms.ModelChoiceField(label=_("Period"), queryset=ClassPeriod.objects.none())
    teacher = forms.ModelChoiceField(label=_("Teacher"), queryset=StaffMember.objects.none(), required=False)
    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), required=False)
    begin_date = forms.DateField(label=_("From"), widget=forms.DateInput())

    def choices(self) -> dict[str, Any]:
        periods = ClassPeriod.objects.permitted(self.actor).select_related("bell_schedule")
        return {
            "section": Section.objects.permitted(self.actor).filter(campus=self.on_campus, is_active=True),
            "period": periods.filter(bell_schedule__campus=self.on_campus, is_lesson=True),
            "teacher": StaffMember.objects.permitted(self.actor).filter(left_date__isnull=True),
            "room": Room.objects.permitted(self.actor).filter(campus=self.on_campus, is_active=True),
        }


class LastDayForm(ServiceForm):
    last_day = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(),
        help_text=_("Lessons after it leave the timetable; what was held stays."),
    )  # fmt: skip


class MeetingForm(_OfActor):
    date = forms.DateField(label=_("Date"), widget=forms.DateInput())
    period = forms.ModelChoiceField(label=_("Period"), queryset=ClassPeriod.objects.none(), required=False)
    begin_time = forms.TimeField(
        label=_("Begins"), widget=forms.TimeInput(), required=False,
        help_text=_("Only when the lesson lies in no period."),
    )  # fmt: skip
    end_time = forms.TimeField(label=_("Ends"), widget=forms.TimeInput(), required=False)
    teacher = forms.ModelChoiceField(label=_("Teacher"), queryset=StaffMember.objects.none(), required=False)
    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), required=False)

    def choices(self) -> dict[str, Any]:
        periods = ClassPeriod.objects.permitted(self.actor).select_related("bell_schedule")
        return {
            "period": periods.filter(bell_schedule__campus=self.on_campus),
            "teacher": StaffMember.objects.permitted(self.actor).filter(left_date__isnull=True),
            "room": Room.objects.permitted(self.actor).filter(campus=self.on_campus, is_active=True),
        }


class LayOutForm(ServiceForm):
    begin = forms.DateField(label=_("From"), widget=forms.DateInput())
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput())


class KeptFileForm(ServiceForm):
    """A file for the dry run, or, to apply it, the id under which that has kept it."""

    file = forms.FileField(label=_("CSV file"), required=False)
    file_id = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("file") and not data.get("file_id") and "file" not in self.errors:
            self.add_error("file", _("Choose the file."))
        return data

    @property
    def wanted(self) -> dict[str, Any]:
        """What the service of the dry run asks for, or that of applying."""
        unused = "file" if self.applies else "file_id"
        return {name: value for name, value in self.cleaned_data.items() if name != unused}

    @property
    def applies(self) -> bool:
        return bool(self.cleaned_data.get("file_id")) and not self.cleaned_data.get("file")

    def hidden_fields(self) -> list[forms.BoundField]:
        """None here: the id stands in the form that applies, never in the one that takes a file."""
        return []

    @property
    def carried(self) -> list[tuple[str, Any]]:
        """The other fields as they came, for the form that applies."""
        return [(one.name, one.value()) for one in self if one.name not in {"file", "file_id"}]


class UploadForm(KeptFileForm, _OfActor):
    session = forms.ModelChoiceField(label=_("School year"), queryset=AcademicSession.objects.none())
    begin_date = forms.DateField(label=_("The plan holds from"), widget=forms.DateInput())
    field_order = ("session", "begin_date", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Columns: section, weekday, period, teacher (employee id), room.")

    def choices(self) -> dict[str, Any]:
        return {"session": AcademicSession.objects.permitted(self.actor)}
