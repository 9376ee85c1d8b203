"""Where jobs stand: the four queues as they are shown, the order of what waits, and who is told of changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from itertools import islice
from types import MappingProxyType

from genie.errors import NotFound
from genie.observers import Observers
from genie.queues.fifo import Change, Entry, Fifo
from genie.queues.followers import Followers
from genie.queues.forecast import Forecast
from genie.queues.job import Job, Kind, QueueName
from genie.queues.journal import QueueEvent, Step
from genie.queues.recent import Recent
from genie.queues.schedule import Schedule

UNMEASURED: Mapping[Kind, int] = MappingProxyType({})


class Standing:
    """Hold the jobs of all users as they are committed, and show every change to observers, in one order."""

    def __init__(self, at_once: Mapping[Kind, int] = UNMEASURED) -> None:
        self._queues = {name: Fifo[Job](lambda job: job.id, lambda job: job.user, _came) for name in QueueName}
        self._schedule = Schedule()
        self._followers = Followers()
        self._forecast = Forecast(at_once)
        self._keys: dict[tuple[str, str], str] = {}
        self._recent = Recent()
        self._shown: dict[str, int] = {}
        self._progress: dict[str, float] = {}
        self._observers: Observers[[QueueEvent]] = Observers()
        self._pause_observers: Observers[[str, bool]] = Observers()
        self._starters: Observers[[]] = Observers()
        self._recorded: Iterator[int] = iter(())
        self._observation = ExitStack()
        for name, queue in self._queues.items():
            self._observation.enter_context(queue.observed(partial(self._tell, name)))

    def observed(self, observer: Callable[[QueueEvent], None]) -> AbstractContextManager[None]:
        """Call `observer` with every committed event for as long as the context lasts."""
        return self._observers.joined(observer)

    def pauses_observed(self, observer: Callable[[str, bool], None]) -> AbstractContextManager[None]:
        """Call `observer` with a user and whether their jobs wait, whenever that changes, for as long as it lasts."""
        return self._pause_observers.joined(observer)

    def startable(self, starter: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `starter` whenever there may be a job to start, for as long as the context lasts."""
        return self._starters.joined(starter)

    def next(self, kind: Kind, taken: Mapping[str, object]) -> Job | None:
        """Return the job of this kind that is to start next and is not taken; its user's next turn comes last."""
        found = self._schedule.next(kind, taken)
        return self.find(found[1], found[0]) if found is not None else None

    def is_paused(self, user: str) -> bool:
        """Say whether a user's jobs wait until they are resumed."""
        return self._schedule.is_paused(user)

    def sizes(self) -> dict[QueueName, int]:
        """Return how many jobs of all users each queue holds."""
        return {name: len(queue) for name, queue in self._queues.items()}

    def size(self, name: QueueName, user: str) -> int:
        """Return how many of a user's jobs a queue holds."""
        return len(self._queues[name].of(user))

    def jobs(self, name: QueueName, user: str) -> list[Job]:
        """Return a user's jobs in a queue, oldest first; those in todo in the order in which they start."""
        return self.first(name, user, self.size(name, user))

    def first(self, name: QueueName, user: str, count: int) -> list[Job]:
        """Return the first of a user's jobs in a queue."""
        if name is not QueueName.TODO:
            return [self.shown(job) for job in islice(self._queues[name].of(user).values(), count)]
        waiting = self._queues[name].of(user)
        order = (job for _, job in self._schedule.order(user) if job in waiting)
        return [self.shown(waiting[job]) for job in islice(order, count)]

    def ids(self, name: QueueName, user: str) -> list[str]:
        """Return the ids of a user's jobs in a queue, oldest first."""
        return list(self._queues[name].of(user))

    def order(self, name: QueueName, user: str) -> Sequence[Entry]:
        """Return where a user's jobs stand in a queue, without copying; it changes as they move."""
        return self._schedule.order(user) if name is QueueName.TODO else self._queues[name].order(user)

    def entry(self, name: QueueName, user: str, job: str) -> Entry | None:
        """Return where a job stands in a queue, None when it is not there."""
        found = self._queues[name].get(job, user)
        if found is None or name is not QueueName.TODO:
            return self._queues[name].entry(job, user)
        return found.place or "", job

    def standing(self, name: QueueName, user: str, job: str) -> Job | None:
        """Return a job that stands in this queue."""
        return self._queues[name].get(job, user)

    def last(self, name: QueueName, user: str, count: int) -> list[Job]:
        """Return the newest of a user's jobs in run, done or dead, oldest first."""
        jobs = self._queues[name].of(user)
        return [jobs[job] for job in islice(reversed(jobs), count)][::-1]

    def finished(self) -> Iterator[Job]:
        """Yield the answered jobs of all users, those of each oldest first."""
        yield from self._queues[QueueName.DONE]

    def shown(self, job: Job) -> Job:
        """Return a job with what changes while it waits or runs: its position and when it will start, its progress."""
        if job.queue is QueueName.RUN and (progress := self._progress.get(job.id)) is not None:
            return job.model_copy(update={"progress": progress})
        if job.queue is not QueueName.TODO or (position := self._position(job)) is None:
            return job
        paused = self._schedule.is_paused(job.user)
        eta_s = None if paused else self._forecast.eta_s(job.kind, position)
        return job.model_copy(update={"position": position, "eta_s": eta_s})

    def advance(self, job: str, user: str, progress: float) -> None:
        """Note how far a running job has come, 0 to 1: it is shown with the job, and kept nowhere."""
        if self._queues[QueueName.RUN].get(job, user) is not None:
            self._progress[job] = progress

    def _position(self, job: Job) -> int | None:
        """Return how many jobs start before this one; one that is held back starts after the one it is the same as."""
        position = self._schedule.position(job)
        if position is not None or job.same_as is None:
            return position
        leader = self._queues[QueueName.TODO].get(job.same_as, job.user)
        return self._schedule.position(leader) if leader is not None else 0

    def find(self, job: str, user: str) -> Job:
        """Return a user's job, or raise `no_such_job`, also for a job of somebody else."""
        for queue in self._queues.values():
            if (found := queue.get(job, user)) is not None:
                return found
        raise NotFound("no_such_job", f"there is no job {job}", field="job")

    def known(self, job: str) -> Job | None:
        """Return a job whoever owns it, None when there is none."""
        return next((found for queue in self._queues.values() if (found := queue.known(job)) is not None), None)

    def _change(self, job: Job, steps: Sequence[Step], seqs: Sequence[int], *, kept: bool = True) -> None:
        """Change the queues by a committed move; their observers tell ours."""
        self._recorded = iter(seqs)
        self._remember_key(job, kept=kept)
        for step in steps:
            self._forecast.observe(step.queue, step.change, job)
            match step.change:
                case "added":
                    self._come(step.queue, job)
                case "changed":
                    self._stay(step.queue, job)
                case "removed":
                    self._go(step.queue, job)

    def _hold(self, user: str, paused: bool) -> None:
        """Let a user's jobs wait, or be started again; observers are told what changes."""
        if self._schedule.is_paused(user) == paused:
            return
        (self._schedule.pause if paused else self._schedule.resume)(user)
        self._starters.tell()
        self._pause_observers.tell(user, paused)

    def _come(self, queue: QueueName, job: Job) -> None:
        if queue is QueueName.TODO:
            self._release(job)
        self._queues[queue].push(job)
        if queue is QueueName.TODO:
            self._starters.tell()
        elif job.finished:
            self._let_go(job, at_once=queue is QueueName.DONE)

    def _release(self, job: Job) -> None:
        """Let a job be started when it is its turn, or when the job has ended whose answer it takes."""
        leader = self._leader(job)
        if leader is not None and not leader.finished:
            self._followers.add(job)
        else:
            self._schedule.release(job, at_once=leader is not None and leader.queue is QueueName.DONE)

    def _leader(self, job: Job) -> Job | None:
        queues = self._queues.values() if job.same_as is not None else ()
        return next((found for queue in queues if (found := queue.get(job.same_as or "", job.user))), None)

    def _let_go(self, leader: Job, *, at_once: bool = False) -> None:
        """Let the jobs be started that waited for this one: at once where they take its answer."""
        for job in self._followers.take(leader.id):
            self._schedule.release(job, at_once=at_once)
            self._starters.tell()

    def _stay(self, queue: QueueName, job: Job) -> None:
        old = self._queues[queue].get(job.id, job.user)
        if queue is QueueName.TODO and old is not None:
            if old.same_as != job.same_as:
                self._followers.remove(old)
                self._schedule.release(job)
            if (old.question, old.place) != (job.question, job.place):
                self._let_go(job)
        self._queues[queue].replace(job)
        if queue is QueueName.TODO:
            self._starters.tell()

    def _go(self, queue: QueueName, job: Job) -> None:
        if queue is QueueName.TODO:
            self._schedule.remove(job)
            self._followers.remove(job)
        self._progress.pop(job.id, None)
        self._queues[queue].remove(job)

    def _remember_key(self, job: Job, *, kept: bool) -> None:
        if job.key is None:
            return
        if kept:
            self._keys[job.user, job.key] = job.id
        else:
            self._keys.pop((job.user, job.key), None)

    def _tell(self, name: QueueName, change: Change[Job]) -> None:
        """Give a queue's change its place in the user's order and pass it on."""
        seq = next(self._recorded)
        if not seq:
            return  # it was taken over from the journal, and told in an earlier life
        job = self.shown(change.item) if change.change != "removed" else change.item
        event = QueueEvent(seq, name, change.change, job, change.size)
        self._shown[job.user] = seq
        self._recent.add(event)
        self._observers.tell(event)


def _came(job: Job) -> int:
    """Return when a job came into its queue, in microseconds."""
    at = job.finished_at or job.started_at or job.created_at
    return int(at.timestamp() * 1e6)
