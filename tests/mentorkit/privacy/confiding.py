"""A programme with evaluators, for the tests of confidential texts."""

from __future__ import annotations

from dataclasses import dataclass

from mentorkit.privacy import keys
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Person, Role
from mentorkit.store import Store
from mentorkit.workbench import Workbench

PROGRAMME, RUN = "cross-administration", "cross-administration/2014"
PASSPHRASE = "zwölf Enten am Kanal"
USERS = {
    "anna": "lead", "eva": "evaluator", "edda": "evaluator", "dora": "data-protection", "otto": "operator",
    "olga": "organisation", "ali": "analyst",
}  # fmt: skip


@dataclass
class Confiding:
    """A store with a programme, its users, and a recovery code once there is one."""

    store: Store
    code: str = ""

    @classmethod
    def begin(cls, store: Store) -> Confiding:
        """Make the programme and its users."""
        Workbench(store, sole_actor("root")).add("cross-administration")
        accounts, root = Accounts(store), sole_actor("root")
        for name, role in USERS.items():
            accounts.add(root, name, name.title())
            where = None if role == "operator" else PROGRAMME
            accounts.grant(root, name, role, where, "Lünen" if role == "organisation" else None)
        return cls(store)

    def set_up(self) -> Confiding:
        """Let Eva read, with a recovery key."""
        self.code = keys.set_up(self.store, self.actor("dora"), PROGRAMME)
        keys.make_key(self.store, self.actor("eva"), PASSPHRASE)
        return self

    def apply(self, first_name: str, role: Role = "mentee", **more: object) -> str:
        """Let somebody take part; return the person's id."""
        with self.store.write("root", "apply") as writer:
            person = writer.save(Person(id=writer.new_id(Person), programme_id=PROGRAMME,
                                        first_name=first_name, last_name="Muster"))  # fmt: skip
            writer.save(Application(id=writer.new_id(Application), run_id=RUN, person_id=person.id, role=role,
                                    first_name=first_name, last_name="Muster", **more))  # fmt: skip
        return person.id

    def actor(self, name: str) -> Actor:
        """Return a user with her roles."""
        return Accounts(self.store).actor_of(name)

    def key(self, name: str = "eva") -> keys.OpenKey:
        """Return somebody's opened key."""
        return keys.open_key(self.store, self.actor(name), PASSPHRASE)

    def state(self) -> keys.KeyState:
        """Return who reads."""
        return keys.state(self.store, self.actor("eva"), PROGRAMME)

    def of(self, subject: str) -> bytes:
        """Return the public half of a person's key."""
        with self.store.read() as reader:
            return keys.public_half(self.store, reader, PROGRAMME, subject)
