"""How many teachers the lessons of a week need, and who teaches what."""

from apps.portals.demo.made import Homeroom, Made, Teacher
from apps.portals.demo.plan import CLASS_TEACHER, MOST_LESSONS, SUBJECTS, CampusPlan

PRIMARY_GRADES = range(1, 6)


def make_posts(made: Made) -> None:
    for campus in made.plan.campuses:
        rooms = made.homerooms_of(campus)
        posts = [*_class_teachers(campus, rooms), *_specialists(campus, rooms, mixed=made.plan.is_small)]
        _give_homerooms(posts, rooms)
        made.teachers += posts


def _class_teachers(campus: CampusPlan, rooms: list[Homeroom]) -> list[Teacher]:
    posts = []
    for room in rooms:
        if room.grade in PRIMARY_GRADES:
            lessons = [(room, subject, count) for subject, count in room.week if subject in CLASS_TEACHER]
            posts.append(Teacher(campus, "Primary", lessons, own=room))
    return posts


def _specialists(campus: CampusPlan, rooms: list[Homeroom], *, mixed: bool) -> list[Teacher]:
    """Department by department, each post filled before the next is opened."""
    open_lessons: dict[str, list[tuple[str, int, Homeroom, int]]] = {}
    for room in rooms:
        for subject, count in room.week:
            if room.grade not in PRIMARY_GRADES or subject not in CLASS_TEACHER:
                department = "General" if mixed else SUBJECTS[subject][1]
                open_lessons.setdefault(department, []).append((subject, -room.grade, room, count))
    posts: list[Teacher] = []
    for department, lessons in sorted(open_lessons.items()):
        mine: list[Teacher] = []
        for subject, _grade, room, count in sorted(lessons, key=lambda one: (one[0], one[1], one[2].letter)):
            post = next((one for one in mine if one.load + count <= MOST_LESSONS), None)
            if post is None:
                post = Teacher(campus, department)
                mine.append(post)
            post.lessons.append((room, subject, count))
        posts += mine
    return _joined(posts)


def _joined(posts: list[Teacher]) -> list[Teacher]:
    """Two posts of a few lessons make one person's work."""
    posts = sorted(posts, key=lambda one: one.load)
    while len(posts) > 1 and posts[0].load + posts[1].load <= MOST_LESSONS:
        light, next_one, *rest = posts
        next_one.lessons += light.lessons
        posts = sorted([next_one, *rest], key=lambda one: one.load)
    return posts


def _give_homerooms(posts: list[Teacher], rooms: list[Homeroom]) -> None:
    """Every homeroom gets somebody who teaches there, nobody gets two while others have none."""
    for post in posts:
        if post.own is not None:
            post.own.teacher = post
    for room in sorted(rooms, key=lambda one: -one.grade):
        if room.teacher is None:
            teaching = [one for one in posts if any(lesson[0] is room for lesson in one.lessons)]
            room.teacher = min(
                teaching, key=lambda one: (one.own is not None, one.department == "Sports", one.load)
            )
            room.teacher.own = room.teacher.own or room
