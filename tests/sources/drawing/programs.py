"""Draws statements on views, functions, triggers, policies, comments and grants."""

from __future__ import annotations

from tests.sources.drawing.state import quote
from tests.sources.drawing.words import Words


class Programs(Words):
    """Draws statements on views, functions, triggers, policies, comments and grants."""

    def views(self) -> str:
        """Draw a statement on views."""
        table = self.table("rpv")
        query = f"select {', '.join(self.columns_of(table))} from {self.named(table)}"
        name = self.new(["v", "W"])
        statements = [
            f"create view {name} as {query}",
            f"create view {name} with (security_invoker, security_barrier = true) as {query}",
            f"create view {name} as {query} with local check option",
            f"create materialized view {self.new(['mv'])} as {query} with no data",
        ]
        if table.kind != "v":  # PostgreSQL would let a view replace itself by a query of itself
            statements.append(f"create or replace view v as {query}")
        if existing := self.state.of_kind("vm"):
            view = self.one(existing)
            word = "view" if view.kind == "v" else "materialized view"
            statements += [
                f"drop {word} {self.named(view)}{self.maybe(' cascade')}",
                f"alter {word} {self.named(view)} rename to {quote(self.one(['v', 'W', 'renamed_view']))}",
                f"alter {word} {self.named(view)} set schema {quote(self.one(self.state.schemas))}",
            ]
        return str(self.one(statements))

    def functions(self) -> str:
        """Draw a statement on functions."""
        body = self.one(["begin return new; end", "begin new.a := 1; return new; end"])
        settings = self.one(["", " set search_path = ''", " set search_path to app, public"])
        secured, touch, f = self.maybe(" security definer"), self.new(["touch", "Touch"]), self.new(["f"])
        returns = self.one(["int", "setof text", "void"])
        language = self.one(["language sql", "stable language sql", "language sql immutable"])
        arguments = self.one(["", "text", "a varchar(3)", "variadic a int[]"])
        statements = [
            f"create or replace function {touch}() returns trigger language plpgsql{secured}{settings} as $$ {body} $$",
            f"create function {f}(a int, b text default 'x') returns {returns} {language} as $b$ select null $b$",
            f"create function {f}({arguments}) returns table (x int, y text) language sql as 'select 1, null'",
            f"create procedure {self.new(['p'])}(inout a int) language plpgsql as $$ begin end $$",
        ]
        for schema, name, arguments, result in self.state.functions[:3]:
            word = "function" if result else "procedure"
            written = f"{quote(schema)}.{quote(name)}({arguments})"
            changes = ["security definer", "security invoker", "reset search_path", "set search_path = app"]
            changes.append("rename to renamed_f")
            statements.append(f"drop {word} {written}{self.maybe(' cascade')}")
            statements.append(f"alter {word} {written} {self.one(changes)}")
        return str(self.one(statements))

    def triggers(self) -> str:
        """Draw a statement on triggers."""
        table = self.table()
        columns = ", ".join(self.columns_of(table))
        event = self.one(
            ["insert", "update", "insert or update", f"update of {columns}", "delete", "truncate"]
        )
        level = self.one(["for each row ", "for each statement ", ""])
        row = level == "for each row " and event not in ("delete", "truncate")
        when = self.one(["", "", f"when (new.{self.column_of(table)} is not null) " if row else ""])
        functions = [
            f"{quote(schema)}.{quote(name)}"
            for schema, name, _, result in self.state.functions
            if result == "trigger"
        ]
        name, literals = quote(self.one(["t1", "T2"])), self.one(["", "'x'", "1, a"])
        call = f"execute {self.one(['function', 'procedure'])} {self.one(functions or ['touch'])}({literals})"
        timing = f"{self.one(['before', 'after'])} {event} on {self.named(table)} {level}{when}"
        statements = [f"create {self.maybe('or replace ')}trigger {name} {timing}{call}"]
        if table.triggers:
            trigger = quote(self.one(table.triggers))
            statements += [
                f"drop trigger {trigger} on {self.named(table)}",
                f"alter trigger {trigger} on {self.named(table)} rename to t3",
            ]
        return str(self.one(statements))

    def policies(self) -> str:
        """Draw a statement on policies."""
        table = self.table()
        name = quote(self.one(["see", "Edit"]))
        column = self.column_of(table)
        roles = self.one(["", " to public", " to audit_reader", " to audit_reader, audit_writer"])
        condition = self.one(
            ["true", f"{column} is not null", f"{column}::text = current_user", "1 = 1", "(true)"]
        )
        command = self.one(["", " for all", " for select", " for update", " for delete"])
        kind = self.one(["", " as restrictive", " as permissive"])
        statements = [
            f"create policy {name} on {self.named(table)}{kind}{command}{roles} using ({condition})",
            f"create policy {name} on {self.named(table)} for insert with check ({condition})",
        ]
        if table.policies:
            policy = quote(self.one(table.policies))
            statements += [
                f"alter policy {policy} on {self.named(table)} rename to renamed_policy",
                f"alter policy {policy} on {self.named(table)} {self.one(['to audit_writer', f'using ({condition})'])}",
                f"drop policy {policy} on {self.named(table)}",
            ]
        return str(self.one(statements))

    def comments(self) -> str:
        """Draw COMMENT ON."""
        table, text = self.table(), self.one(["'said'", "'it''s @encrypted'", "null", "''", "E'two\\nlines'"])
        on = self.named(table)
        choices = [f"table {on}", f"column {on}.{self.column_of(table)}"]
        choices += [f"constraint {quote(name)} on {on}" for name in table.constraints[:2]]
        choices += [f"trigger {quote(name)} on {on}" for name in table.triggers[:1]]
        choices += [f"policy {quote(name)} on {on}" for name in table.policies[:1]]
        choices += [f"index {self.named(index)}" for index in self.state.of_kind("iI")[:2]]
        choices += [f"view {self.named(view)}" for view in self.state.of_kind("v")[:1]]
        choices += [f"sequence {self.named(sequence)}" for sequence in self.state.of_kind("S")[:1]]
        choices += [f"type {quote(schema)}.{quote(name)}" for schema, name, _ in self.state.enums[:1]]
        choices += [f"domain {quote(schema)}.{quote(name)}" for schema, name, _ in self.state.domains[:1]]
        choices += [
            f"{'function' if result else 'procedure'} {quote(schema)}.{quote(name)}({arguments})"
            for schema, name, arguments, result in self.state.functions[:1]
        ]
        return f"comment on {self.one(choices)} is {text}"

    def grants(self) -> str:
        """Draw GRANT or REVOKE."""
        table = self.table("rpv")
        on, column = self.named(table), self.column_of(table)
        what = self.one(
            ["select", "all", "insert, update", f"select ({column})", "all privileges", "references, trigger"]
        )
        option = self.maybe(" with grant option")
        to = self.one(["audit_reader", "audit_writer", "audit_reader, audit_writer"])
        choices = [
            f"grant {what} on {self.maybe('table ')}{on} to {to}{option}",
            f"grant {what} on {on} to public",
            f"revoke {what} on {on} from {to}",
            f"revoke grant option for {what} on {on} from {to}",
            f"grant select on all tables in schema public to {to}",
        ]
        choices += [
            f"grant {self.one(['usage', 'all'])} on sequence {self.named(one)} to {to}"
            for one in self.state.of_kind("S")[:1]
        ]
        choices += [
            f"grant execute on {'function' if result else 'procedure'} {quote(schema)}.{quote(name)}({arguments}) to {to}"
            for schema, name, arguments, result in self.state.functions[:1]
        ]
        choices += [
            f"grant usage on type {quote(schema)}.{quote(name)} to {to}"
            for schema, name, _ in self.state.enums[:1]
        ]
        return str(self.one(choices))
