"""What a journal forgets in the background, in small steps, so that others write in between."""

from genie.memory.database import Database

STEP = 500
"""Events looked at in one step."""

OLD = "SELECT seq FROM (SELECT seq, at FROM event WHERE user = ? ORDER BY seq LIMIT ?) WHERE at < ?"
TRIM = "DELETE FROM event WHERE user = ? AND seq <= ?"
SPAN = "SELECT coalesce(min(seq), 0), coalesce(max(seq), -1) FROM event WHERE user = ?"
ERASE = """
    UPDATE event SET job = json_set(json_remove(job, '$.answer', '$.error'), '$.question', '')
    WHERE user = ? AND seq >= ? AND seq < ? AND json_extract(job, '$.question') <> ''
    AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = json_extract(event.job, '$.id'))
"""


async def forget_old(connection: Database, user: str, before: float) -> None:
    """Forget a user's events that were written before this moment (seconds of the epoch)."""
    while rows := list(await connection.execute_fetchall(OLD, (user, STEP, before))):
        await connection.write(TRIM, user, rows[-1][0])


async def erase(connection: Database, user: str) -> None:
    """Take out of a user's events what jobs were about that are gone."""
    [[first, last]] = await connection.execute_fetchall(SPAN, (user,))
    for start in range(first, last + 1, STEP):
        await connection.write(ERASE, user, start, start + STEP)
