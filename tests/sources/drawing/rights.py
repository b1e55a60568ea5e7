"""Draws statements on privileges and owners."""

from __future__ import annotations

from tests.sources.drawing.state import quote
from tests.sources.drawing.words import Words

TABLE_PRIVILEGES = [
    "select",
    "all",
    "insert, update",
    "all privileges",
    "references, trigger",
    "truncate",
    "delete",
]


class Rights(Words):
    """Draws statements on privileges and owners."""

    def grants(self) -> str:
        """Draw GRANT or REVOKE."""
        table = self.table(self.one(["rp", "rpvmf"]))
        on, column = self.named(table), self.column_of(table)
        columns = ", ".join(self.columns_of(table))
        what = self.one(
            [
                *TABLE_PRIVILEGES,
                f"select ({column})",
                f"update ({columns}), insert ({column})",
                f"all ({column})",
                f"select, references ({columns})",
                *self.since(17, "maintain"),
            ]
        )
        option = self.maybe(" with grant option")
        to = self.one(["audit_reader", "audit_writer", "audit_reader, audit_writer"])
        schema = quote(self.one(self.state.schemas))
        all_of = self.one(["tables", "sequences", "functions", "routines", "procedures"])
        privilege = {"tables": "select", "sequences": "usage"}.get(all_of, "execute")
        choices = [
            f"grant {what} on {self.maybe('table ')}{on} to {to}{option}",
            f"grant {what} on {on} to public",
            f"revoke {what} on {on} from {to}",
            f"revoke {what} on {on} from {to}, public cascade",
            f"revoke grant option for {what} on {on} from {to}",
            f"grant {self.one([privilege, 'all'])} on all {all_of} in schema {schema} to {to}",
            f"revoke all on all {all_of} in schema {schema} from {to}",
            f"grant {self.one(['usage', 'create', 'all'])} on schema {schema} to {to}",
            f"grant {what} on {on}, {self.named(self.table())} to {to} granted by current_user",
        ]
        return str(self.one(choices + self.other_grants(to, option) + self.default_grants(to)))

    def other_grants(self, to: str, option: str) -> list[str]:
        """Draw grants on what is no table."""
        sequences = [self.named(one) for one in self.state.of_kind("S")[:1]]
        routines = [
            f"{'function' if result else 'procedure'} {quote(schema)}.{quote(name)}({arguments})"
            for schema, name, arguments, result in self.state.functions[:2]
        ]
        types = [*self.own_types()[:3]]
        choices = [
            f"grant {self.one(['usage', 'all', 'select, update'])} on sequence {one} to {to}{option}"
            for one in sequences
        ]
        choices += [f"revoke {self.one(['usage', 'all'])} on sequence {one} from {to}" for one in sequences]
        choices += [f"grant select on {one} to {to}" for one in sequences]
        choices += [f"grant execute on {one} to {to}{option}" for one in routines]
        choices += [
            f"revoke {self.one(['execute', 'all'])} on {one} from {self.one([to, 'public'])}"
            for one in routines
        ]
        choices += [f"grant usage on type {one} to {to}{option}" for one in types]
        choices += [f"revoke all on type {one} from {self.one([to, 'public'])}" for one in types]
        return choices

    def default_grants(self, to: str) -> list[str]:
        """Draw ALTER DEFAULT PRIVILEGES."""
        schema = quote(self.one(self.state.schemas))
        kind = self.one(["tables", "sequences", "functions", "types", "routines"])
        privilege = {"tables": "select, insert", "sequences": "usage", "types": "usage"}.get(kind, "execute")
        where = self.maybe(f"in schema {schema} ")
        return [
            f"alter default privileges {where}grant {self.one([privilege, 'all'])} on {kind} to {to}",
            f"alter default privileges {where}revoke {privilege} on {kind} from {self.one([to, 'public'])}",
        ]

    def owners(self) -> str:
        """Draw what changes the owners of several things, or what a role may do."""
        return str(
            self.one(
                [
                    f"alter schema {quote(self.one(self.state.schemas))} owner to {self.role()}",
                    f"alter table {self.named(self.table())} owner to {self.role()}",
                ]
            )
        )
