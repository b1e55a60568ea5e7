"""Draws statements on views, functions, triggers, policies and comments."""

from __future__ import annotations

from tests.sources.drawing.state import quote
from tests.sources.drawing.words import Words


class Programs(Words):
    """Draws statements on views, functions, triggers, policies and comments."""

    def views(self) -> str:
        """Draw a statement on views."""
        table = self.table("rpv")
        query = f"select {', '.join(self.columns_of(table))} from {self.named(table)}"
        name = self.new(["v", "W"])
        first, other = self.column_of(table), self.table("rpv")
        on_other = self.named(other)
        statements = [
            f"create view {name} (x, y) as select {first}, {first} from {self.named(table)}",
            f"create recursive view {name} (n) as select {first} from {self.named(table)}",
            f"create temp view {name.rpartition('.')[2]} as {query}",
            f"create view {name} as select t.{first} as x from {self.named(table)} t left join {on_other} o on true",
            f"create view {name} as with c as ({query}) select * from c",
            f"create view {name} as {query} union all {query}",
            f"create view {name} as {query} where {first} in (select {self.column_of(other)} from {on_other})",
            f"create view {name} as select count(*) from {self.named(table)}",
            f"create view {name} as select * from {self.named(table)}",
            f"create view {name} with (check_option = cascaded) as {query}",
            f"create view {name} as {query} with cascaded check option",
            f"create view {name} as values (1, 'x')",
            f"create materialized view if not exists {self.new(['mv'])} (x) as select {first} from {self.named(table)}",
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
                f"alter {word} {self.named(view)} owner to {self.role()}",
                f"drop {word} if exists {self.named(view)} cascade",
                f"alter {word} {self.named(view)} rename column {self.column_of(view)} to renamed_column",
                f"alter view {self.named(view)} set (security_barrier, security_invoker = false)",
                f"alter view {self.named(view)} reset (security_barrier, security_invoker)",
                f"alter view {self.named(view)} set (check_option = local)",
                f"alter view {self.named(view)} alter column {self.column_of(view)} set default null",
                f"alter table {self.named(view)} rename to {quote(self.one(['W', 'renamed_view']))}",
                f"alter table {self.named(view)} owner to {self.role()}",
                f"refresh materialized view {self.named(view)}",
                f"create or replace view {self.named(view)} with (security_barrier) as {query}",
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
        type_, argument = self.type(), self.one(["a int", "a bigint", "a text", "int[]"])
        volatility, more = (
            self.one(["immutable", "stable", "volatile"]),
            self.one(["strict", "leakproof", "cost 5"]),
        )
        statements += [
            f"create or replace function {f}(a int, b text default 'x') returns {returns} {language} as 'select null'",
            f"create function {f}(x {type_}, out y {type_}, out z int) language sql as 'select null, 1'",
            f"create function {f}({argument}) returns {type_} {language} as 'select null'",
            f"create function {f}() returns setof {self.named(self.table())} language sql as 'select null limit 0'",
            f"create function {f}(int, int) returns int return $1 + $2",
            f"create function {f}(a int) returns int begin atomic; select a; end",
            (
                f"create function {f}() returns int language plpgsql as $$ begin return 1; end $$ set work_mem = '1MB' "
                f"{volatility} {more}"
            ),
            f"create aggregate {self.new(['agg'])} (int) (sfunc = int4pl, stype = int)",
            f"create procedure {self.new(['p'])}(a int, b text) language sql as ''",
            f"create function {f}(int, out text) returns record language internal as 'int4out'",
        ]
        for schema, name, arguments, result in self.state.functions[:3]:
            word = self.one(["function" if result else "procedure", "routine"])
            written = f"{quote(schema)}.{quote(name)}({arguments})"
            changes = ["security definer", "security invoker", "reset search_path", "set search_path = app"]
            changes += [
                "rename to renamed_f",
                "immutable",
                "stable",
                "volatile strict",
                "reset all",
                "cost 10",
            ]
            changes += [f"set schema {quote(self.one(self.state.schemas))}", f"owner to {self.role()}"]
            changes += [
                "set search_path to default",
                "set search_path from current",
                "depends on extension citext",
            ]
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
        referencing = ""
        timing = self.one(["before", "after"])
        if timing == "after" and event in ("insert", "update", "delete"):
            referencing = self.rarely(
                f"referencing {'old' if event == 'delete' else 'new'} table as changed "
            )
        on = f"{event} on {self.named(table)}"
        statements = [
            f"create {self.maybe('or replace ')}trigger {name} {timing} {on} {referencing}{level}{when}{call}"
        ]
        deferred = self.one(
            ["", "deferrable ", "deferrable initially deferred ", f"from {self.named(self.table())} "]
        )
        statements.append(f"create constraint trigger {name} after {on} {deferred}for each row {when}{call}")
        if views := self.state.of_kind("v"):
            statements.append(
                f"create trigger {name} instead of insert or update on {self.named(self.one(views))} for each row {call}"
            )
        if table.triggers:
            trigger = quote(self.one(table.triggers))
            statements += [
                f"drop trigger {self.maybe('if exists ')}{trigger} on {self.named(table)}{self.maybe(' cascade')}",
                f"alter trigger {trigger} on {self.named(table)} depends on extension citext",
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
            f"create policy {name} on {self.named(table)} for update to current_user using ({condition}) with check (true)",
            f"create policy {name} on {self.named(table)}",
        ]
        if table.policies:
            policy = quote(self.one(table.policies))
            statements += [
                f"alter policy {policy} on {self.named(table)} rename to renamed_policy",
                f"alter policy {policy} on {self.named(table)} {self.one(['to audit_writer', f'using ({condition})'])}",
                f"alter policy {policy} on {self.named(table)} to public with check ({condition})",
                f"drop policy {self.maybe('if exists ')}{policy} on {self.named(table)}",
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
        choices += [f"materialized view {self.named(view)}" for view in self.state.of_kind("m")[:1]]
        choices += [f"foreign table {self.named(one)}" for one in self.state.of_kind("f")[:1]]
        choices += [
            f"column {self.named(view)}.{self.column_of(view)}" for view in self.state.of_kind("vm")[:1]
        ]
        choices += [f"type {quote(schema)}.{quote(name)}" for schema, name, _ in self.state.composites[:1]]
        choices += [f"schema {quote(self.one(self.state.schemas))}", "extension citext"]
        choices += [
            f"constraint {quote(name)} on domain {quote(schema)}.{quote(domain)}"
            for schema, domain, checks in self.state.domains[:2]
            for name in checks[:1]
        ]
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
