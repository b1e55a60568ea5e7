"""DO blocks: the static statements in them, each at its place; what is dynamic is said to be not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.actions import Guarded, Ignored, NotUnderstood
from azora_audit.sources.ddl.parse import Failure, parse, parse_body
from azora_audit.sources.ddl.reduce.nodes import strings
from azora_audit.sources.ddl.scan import skip_blanks

if TYPE_CHECKING:
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text


def do_block(node: Node, text: Text, start: int) -> list[tuple[int, Any]] | NotUnderstood:
    """Read a DO block: actions with their offsets in the file, or why nothing of it was understood."""
    at = skip_blanks(text.data, start)
    body, language = _arguments(node)
    if language != "plpgsql":
        return NotUnderstood(
            "dynamic-sql",
            f"a DO block in {language} was not read; what it changes is not in the catalog.",
            at + text.base,
        )
    offset = text.data.find(body.encode(), at)
    if offset < 0:
        return NotUnderstood(
            "dynamic-sql", "a DO block whose body is written with escapes was not read.", at + text.base
        )
    functions = parse_body(b"DO $azora_audit$" + body.encode() + b"$azora_audit$")
    if isinstance(functions, Failure):
        return NotUnderstood("syntax-error", f"a DO block was not read: {functions.message}.", at + text.base)
    reader = _BlockReader(body.encode(), offset + text.base)
    for function in functions:
        reader.statements([function["PLpgSQL_function"].get("action", {})], guarded=False)
    return reader.actions


def _arguments(node: Node) -> tuple[str, str]:
    body, language = "", "plpgsql"
    for wrapper in node.get("args", ()):
        option = wrapper["DefElem"]
        value = option["arg"]
        if option["defname"] == "as":
            body = value["String"]["sval"] if "String" in value else strings(value["List"]["items"])[0]
        elif option["defname"] == "language":
            language = value["String"]["sval"]
    return body, language


class _BlockReader:
    """Walks a PL/pgSQL tree in order and reduces the SQL in it."""

    def __init__(self, body: bytes, base: int) -> None:
        self.actions: list[tuple[int, Any]] = []
        self._body = body
        self._base = base
        self._lines = [0]
        for line in body.split(b"\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def statements(self, nodes: list[Node], *, guarded: bool) -> None:
        """Read statements; `guarded` ones run only if a condition holds or may fail without harm."""
        for wrapper in nodes:
            for kind, node in wrapper.items():
                self._statement(kind, node, guarded=guarded)

    def _statement(self, kind: str, node: Any, *, guarded: bool) -> None:
        line = node.get("lineno", 1)
        if kind == "PLpgSQL_stmt_execsql":
            self._static(node["sqlstmt"]["PLpgSQL_expr"]["query"], line, guarded=guarded)
        elif kind in ("PLpgSQL_stmt_perform", "PLpgSQL_stmt_call"):
            self._static(node["expr"]["PLpgSQL_expr"]["query"], line, guarded=guarded)
        elif kind in ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"):
            self._dynamic(node["query"]["PLpgSQL_expr"]["query"], line, guarded=guarded)
            self.statements(node.get("body", []), guarded=True)
        elif kind == "PLpgSQL_stmt_if":
            self.statements(node.get("then_body", []), guarded=True)
            self._alternatives([*node.get("elsif_list", []), {"else": {"stmts": node.get("else_body", [])}}])
        elif kind == "PLpgSQL_stmt_case":
            branches = [*node.get("case_when_list", []), {"else": {"stmts": node.get("else_stmts", [])}}]
            self._alternatives(branches)
        elif kind == "PLpgSQL_stmt_block":
            self.statements(node.get("body", []), guarded=guarded or "exceptions" in node)
            self._handlers(node.get("exceptions", {}).get("PLpgSQL_exception_block", {}))
        else:
            self.statements(node.get("body", []), guarded=True)

    def _handlers(self, block: Node) -> None:
        """Remark exception handlers with DDL, as branches that are not taken."""
        handlers = [wrapper["PLpgSQL_exception"] for wrapper in block.get("exc_list", ())]
        self._alternatives([{"handler": {"stmts": handler.get("action", [])}} for handler in handlers])

    def _alternatives(self, branches: list[Node]) -> None:
        """Remark branches with DDL that are not taken: which one runs depends on the database."""
        for wrapper in branches:
            for branch in wrapper.values():
                inner = _BlockReader(self._body, self._base)
                inner.statements(branch.get("stmts", []), guarded=True)
                effects = [(at, action) for at, action in inner.actions if not _is_harmless(action)]
                if effects:
                    at = effects[0][0]
                    detail = "a statement in an alternative branch or exception handler of a DO block is taken not to run."
                    self.actions.append((at, NotUnderstood("dynamic-sql", detail, at)))

    def _place(self, query: str, line: int) -> int:
        """Return the offset in the body of a query that begins on, or after, a line."""
        start = self._lines[min(line, len(self._lines)) - 1]
        found = self._body.find(query.encode(), start)
        return found if found >= 0 else start

    def _static(self, query: str, line: int, *, guarded: bool) -> None:
        from azora_audit.sources.ddl.reduce import reduce_statements  # noqa: PLC0415 -- it calls this module

        at = self._place(query.removeprefix("SELECT "), line) + self._base
        statements = parse(query.encode())
        if isinstance(statements, Failure):
            detail = f"a statement in a DO block was not read: {statements.message}."
            self.actions.append((at, NotUnderstood("syntax-error", detail, at)))
            return
        for start, action in reduce_statements(query.encode(), at, statements):
            self.actions.append((start, Guarded(action) if guarded else action))

    def _dynamic(self, query: str, line: int, *, guarded: bool) -> None:
        at = self._place(query, line) + self._base
        constant = _constant_text(query)
        if constant is None:
            detail = "SQL that a DO block puts together when it runs; what it changes is not in the catalog."
            self.actions.append((at, NotUnderstood("dynamic-sql", detail, at)))
            return
        inner = constant.encode()
        inside = self._body.find(inner, at - self._base)
        self._constant(inner, at if inside < 0 else inside + self._base, guarded=guarded)

    def _constant(self, query: bytes, at: int, *, guarded: bool) -> None:
        from azora_audit.sources.ddl.reduce import reduce_statements  # noqa: PLC0415 -- it calls this module

        statements = parse(query)
        if isinstance(statements, Failure):
            detail = f"SQL in a string was not read: {statements.message}."
            self.actions.append((at, NotUnderstood("syntax-error", detail, at)))
            return
        for start, action in reduce_statements(query, at, statements):
            self.actions.append((start, Guarded(action) if guarded else action))


def _is_harmless(action: Any) -> bool:
    return isinstance(action.action if isinstance(action, Guarded) else action, Ignored)


def _constant_text(expression: str) -> str | None:
    """Return the text that an expression of constants joined by || gives; None for any other expression."""
    statements = parse(f"SELECT {expression}".encode())
    if isinstance(statements, Failure):
        return None
    parts: list[str] = []
    stack: list[Any] = [statements[0]["stmt"]["SelectStmt"]["targetList"][0]["ResTarget"]["val"]]
    while stack:
        node = stack.pop()
        if "A_Const" in node and "sval" in node["A_Const"]:
            parts.append(node["A_Const"]["sval"].get("sval", ""))
        elif (
            "A_Expr" in node
            and node["A_Expr"]["kind"] == "AEXPR_OP"
            and strings(node["A_Expr"]["name"]) == ("||",)
        ):
            stack += [node["A_Expr"]["rexpr"], node["A_Expr"]["lexpr"]]
        else:
            return None
    return "".join(parts)
