"""Who holds what, when: one row per stretch of time, with delegation, vacancy and superior resolved beforehand.

A row (`org_holder_span`) answers a question of the directory, which is a `role` and a `subject`:

- a role's code and a unit: who holds the role there, or in the nearest unit above that has a holder;
- a role's code and `ANYWHERE`: who holds it in the company;
- `HEAD` and a unit: who heads it, or the nearest unit above that is headed;
- `SUPERIOR` and a person: the heads above each of his posts; where there are none, `TOP` answers (who heads the
  company);
- `SELF` and a person: the person himself while he works here.

`person` is whoever is to be asked, `holder` whose seat it is. They differ while the holder has delegated it (`how`:
delegate); the holder's own row then says `away` (or, where only some acts are delegated, names them in `verbs`).
`valid` is the time of which the row speaks, `known_from` and `known_to` the time in which it was taken for true: a row
is never edited, a superseded one gets `known_to`, so a recount sees what was known at any moment.

- `seats.py`: the arithmetic, pure. `state.py`: what it is computed from. `rebuild.py`: computing anew after a command.
- `reading.py`: looking up, and the table as the mirror exports it.
"""

from uuid import UUID

ANYWHERE = UUID(int=0)
HEAD, SUPERIOR, TOP, SELF = "@head", "@superior", "@top", "@self"
Key = tuple[str, UUID]

__all__ = ["ANYWHERE", "HEAD", "SELF", "SUPERIOR", "TOP", "Key"]
