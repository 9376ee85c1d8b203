"""What every implementation of a protocol must do; each has one test class that says how it is made."""

from datetime import UTC, datetime

from ulid import ULID

from genie.notification import Notification
from genie.preferences import Preferences
from genie.pronunciation import Pronunciation
from genie.queues.job import Job, QueueName, Status
from genie.queues.journal import Journal, Step
from genie.quiet import Quiet

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PUSHED = [Step(QueueName.TODO, "added")]
STARTED = [Step(QueueName.TODO, "removed"), Step(QueueName.RUN, "added")]


def notified(user: str) -> Notification:
    return Notification(id=str(ULID()), user=user, text="tea", sound="chime", priority="normal", at=NOW)


def question(name: str, **fields) -> Job:
    return Job(id=name, question=f"question {name}", created_at=NOW, **fields)


class JournalContract:
    """Inherit it and give `journal` as a fixture."""

    async def test_it_keeps_the_newest_state_of_a_job(self, journal: Journal):
        job = question("a")
        await journal.record(job, PUSHED)
        await journal.record(job.moved(Status.RUNNING), STARTED)
        [kept] = await journal.jobs()
        assert kept == job.moved(Status.RUNNING)

    async def test_it_returns_jobs_in_the_order_they_came_into_their_queue(self, journal: Journal):
        for name in ("c", "a", "b"):
            await journal.record(question(name), PUSHED)
        assert [job.id for job in await journal.jobs()] == ["c", "a", "b"]
        failed = question("c").moved(Status.RUNNING).moved(Status.PENDING)
        await journal.record(failed, [Step(QueueName.RUN, "removed"), Step(QueueName.TODO, "added")])
        assert [job.id for job in await journal.jobs()] == ["a", "b", "c"]

    async def test_a_change_in_place_does_not_move_a_job(self, journal: Journal):
        for name in ("a", "b"):
            await journal.record(question(name), PUSHED)
        await journal.record(question("a").reached(first_text=NOW), [Step(QueueName.TODO, "changed")])
        assert [job.id for job in await journal.jobs()] == ["a", "b"]

    async def test_it_numbers_the_events_of_each_user_from_one_without_gaps(self, journal: Journal):
        assert await journal.record(question("a"), PUSHED) == [1]
        assert await journal.record(question("b", user="ann"), PUSHED) == [1]
        assert await journal.record(question("a").moved(Status.RUNNING), STARTED) == [2, 3]
        assert (journal.seq("local"), journal.seq("ann"), journal.seq("bob")) == (3, 1, 0)

    async def test_it_forgets_a_job_but_not_the_number_of_its_events(self, journal: Journal):
        await journal.record(question("a"), PUSHED)
        assert await journal.record(question("a"), [Step(QueueName.TODO, "removed")], keep=False) == [2]
        assert await journal.jobs() == []
        assert journal.seq("local") == 2

    async def test_it_keeps_whose_jobs_are_to_wait(self, journal: Journal):
        assert await journal.paused() == set()
        for user in ("local", "ann", "ann"):
            await journal.pause(user, paused=True)
        await journal.pause("local", paused=False)
        assert await journal.paused() == {"ann"}

    async def test_it_keeps_the_words_of_each_user(self, journal: Journal):
        assert await journal.vocabularies() == {}
        await journal.keep_vocabulary("ann", ["Zoë", "O'Brien"])
        await journal.keep_vocabulary("bob", ["Anke"])
        await journal.keep_vocabulary("ann", ["Zoë", "Siobhan"])
        await journal.keep_vocabulary("bob", [])
        assert await journal.vocabularies() == {"ann": ("Zoë", "Siobhan")}

    async def test_it_keeps_how_each_user_wants_words_pronounced(self, journal: Journal):
        assert await journal.pronunciations() == {}
        await journal.keep_pronunciations("ann", [Pronunciation("nginx", "engine x")])
        await journal.keep_pronunciations("bob", [Pronunciation("Zoë", "/ˈzoʊi/")])
        await journal.keep_pronunciations("ann", [Pronunciation("Zoë", "/ˈzoʊi/"), Pronunciation("nginx", "engine x")])
        await journal.keep_pronunciations("bob", [])
        both = (Pronunciation("Zoë", "/ˈzoʊi/"), Pronunciation("nginx", "engine x"))
        assert await journal.pronunciations() == {"ann": both}

    async def test_it_keeps_how_each_user_wants_to_be_spoken_to(self, journal: Journal):
        assert await journal.preferences() == {}
        await journal.keep_preferences("ann", Preferences("af_heart", speed=1.5))
        await journal.keep_preferences("bob", Preferences(language="de"))
        await journal.keep_preferences("ann", Preferences("af_heart", "en-us"))
        await journal.keep_preferences("bob", Preferences())
        assert await journal.preferences() == {"ann": Preferences("af_heart", "en-us")}

    async def test_it_keeps_when_each_user_wants_quiet(self, journal: Journal):
        await journal.keep_quiet("ann", Quiet("22:00-07:00"))
        await journal.keep_quiet("ann", Quiet(muted=True))
        await journal.keep_quiet("bob", Quiet(""))
        assert await journal.quiets() == {"ann": Quiet(None, True), "bob": Quiet("", False)}

    async def test_it_keeps_each_users_notifications_until_they_are_forgotten(self, journal: Journal):
        first, second = notified("ann"), notified("ann")
        await journal.keep_notifications("ann", [first, second], [])
        await journal.keep_notifications("bob", [other := notified("bob")], [first.id])
        read = second.model_copy(update={"read": True})
        await journal.keep_notifications("ann", [read], ["unknown"])
        kept = {one.id: one for one in await journal.notifications()}
        assert kept == {first.id: first, second.id: read, other.id: other}
        await journal.keep_notifications("ann", [], [first.id, second.id])
        assert await journal.notifications() == [other]
