"""The queues as a client knows them from a snapshot and events, held against the rules of the wire."""

from collections.abc import Iterable, Mapping

from genie.messages import QueueUpdate, Subscribed
from genie.queues.job import Job, QueueName, Status, allowed

QUEUES = tuple(str(name) for name in QueueName)
UNTOLD = {"position", "eta_s"}
"""What an event need not tell of a job: it changes with other jobs."""


class Mirror:
    """Apply events; each that breaks a rule is noted in `faults`."""

    def __init__(self) -> None:
        self.seq: int | None = None
        self.queues: dict[str, dict[str, Job]] = {name: {} for name in QUEUES}
        self.faults: list[str] = []
        self.events = 0
        self.moves = 0
        self._owed = False  # a number was left out: a slow client is only told the newest change of a job
        self._partial: set[str] = set()
        self._statuses: dict[str, Status] = {}

    def reset(self, told: Subscribed) -> None:
        """Begin anew from a snapshot of all queues."""
        self.seq = told.seq
        self._owed = False
        self.queues = {name: {job.id: job for job in told.state[name]} for name in QUEUES}
        self._statuses = {job.id: job.status for queue in self.queues.values() for job in queue.values()}
        self._partial = {name for name, queue in self.queues.items() if told.sizes[name] > len(queue)}

    def forget(self) -> None:
        """Note that what is known is history: events mean nothing before the next snapshot."""
        self.seq = None

    def take(self, event: QueueUpdate) -> None:
        """Apply the next event."""
        if self.seq is None:
            return
        self.events += 1
        if event.seq <= self.seq:
            self._fault(f"{event.seq} came after {self.seq}")
        self._owed = (self._owed or event.seq > self.seq + 1) and event.change != "changed"
        self.seq = event.seq
        name, job = str(getattr(event, "type", "")).removesuffix("_update"), event.job
        self._apply(event, name, f"{event.seq} {name} {event.change} {job.id}")

    def _apply(self, event: QueueUpdate, name: str, what: str) -> None:
        queue, job = self.queues[name], event.job
        whole = name not in self._partial
        if (job.id in queue) != (event.change != "added") and (whole or event.change == "added"):
            self._fault(f"{what}: it was {'there' if job.id in queue else 'not there'}")
        match event.change:
            case "added":
                self.moves += 1
                self._move(job, what)
                queue[job.id] = job
            case "changed" if whole or job.id in queue:
                queue[job.id] = job
            case "removed":
                queue.pop(job.id, None)
        if whole and event.size != len(queue):
            self._fault(f"{what}: told {event.size} jobs, there are {len(queue)}")
        if job.finished and event.change == "removed" and job.status is self._statuses.get(job.id):
            self._statuses.pop(job.id)  # deleted: a move carries the new status

    def _move(self, job: Job, what: str) -> None:
        old = self._statuses.get(job.id)
        is_first = job.status is Status.PENDING or bool(self._partial)  # one that was not told may come from anywhere
        if not (is_first if old is None else allowed(job.kind, old, job.status)):
            self._fault(f"{what}: {old} became {job.status}")
        self._statuses[job.id] = job.status

    def differences(self, kept: Mapping[str, Iterable[Job]]) -> list[str]:
        """Return where the mirror is not what the server keeps; of a long queue only what was told can be compared."""
        found = ["an event was left out, and no newer state came"] if self._owed else []
        for name in QUEUES:
            mine = {job.id: job.model_dump(exclude=UNTOLD) for job in self.queues[name].values()}
            told = (job for job in kept[name] if name not in self._partial or job.id in mine)
            theirs = {job.id: job.model_dump(exclude=UNTOLD) for job in told}
            found += [f"{name} lacks {job}" for job in theirs.keys() - mine.keys()]
            found += [f"{name} still has {job}" for job in mine.keys() - theirs.keys()]
            found += [f"{name} has another {job}" for job in theirs.keys() & mine.keys() if mine[job] != theirs[job]]
            if not found and name != QueueName.RUN and self._ordered(name) != list(theirs):
                found.append(f"{name} is in another order")
        return found

    def _ordered(self, name: str) -> list[str]:
        """Return the jobs of a queue in their order: as they came, those that wait by their places."""
        jobs = list(self.queues[name].values())
        return [job.id for job in (sorted(jobs, key=lambda job: job.place or "") if name == QueueName.TODO else jobs)]

    def _fault(self, what: str) -> None:
        self.faults.append(what)
