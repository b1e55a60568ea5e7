"""A report whose every text is hostile: names, paths, messages, SQL, reasons; for each format's own parser to survive."""

from __future__ import annotations

from itertools import count

from azora_audit.findings import (
    ChecklistItem,
    Difference,
    Finding,
    Fix,
    NotJudged,
    Place,
    Problem,
    Report,
    ServiceSummary,
    SourceSummary,
    Verification,
)

PAYLOADS = (
    "</script><script>window.pwn=1</script>",
    "<!--<script>",
    "<!-- azora-audit:comment -->",
    "]]>",
    "\"' onmouseover=window.pwn=1 x='",
    "<img src=x onerror=window.pwn=1>",
    "</details><svg onload=window.pwn=1>",
    "[x](javascript:window.pwn=1)",
    "[x](1)",
    "![x](https://evil.example/pixel.png)",
    "https://evil.example/ www.evil.example a@evil.example",
    "@org/team @everyone #123 GH-1 org/repo#7 !12 :tada:",
    "{{7*7}} {%raw%} {0}",
    "&lt;b&gt; &amp; &#64;everyone",
    "a\u2028b\u2029c\x85d",
    "\x00\x0b\x1b[31m\ufffe\x01javascript:",
    "a\u202eb\u200bc",
    "e\u0301 🙂 \U0001f9d1\u200d\U0001f4bb",
    "n" * 10_000,
    "__proto__",
    "",
    "a | b \\| c\\",
    "`` ` ``` ````",
    "```suggestion\nx\n```",
    "\n::error::pwned\n",
    "\n::stop-commands::pwned",
    "\r::add-mask::pwned",
    "%0A::error::pwned ##[error]pwned ##vso[task.setvariable]pwned",
    ",file=/etc/passwd::pwned",
    "# heading\n- item\n1. item\n> quote\n***\n$$math$$ ~~gone~~",
    "=1+1",
    "a" * 70 + "\t\U0001f642 b",
)
"""What names, comments and file names may hold; a name that a database takes may be any of them but those with NUL."""

NAMES = tuple(payload.replace("\x00", "") for payload in PAYLOADS)


def hostile() -> Report:
    """Return a report with a finding, a problem and all the rest for every payload."""
    number = count(1)
    return Report(
        services=tuple(
            ServiceSummary(name, name, (SourceSummary("prisma", f"{name}/x.prisma", 1, name),), 1)
            for name in dict.fromkeys(NAMES)
        ),
        findings=tuple(_finding(name, next(number), status) for name in NAMES for status in _STATUSES),
        checklist=tuple(
            ChecklistItem(name, name, name, name, name, name, 1, 3, 1, verdict, name, (name,))
            for name in NAMES
            for verdict in ("met", "not-judged")
        ),
        not_judged=tuple(NotJudged(name or "a-rule", name, name) for name in NAMES),
        problems=tuple(
            Problem(name or "syntax-error", name, f"{name}/x.sql" if name else "", 1, 2, name, name)
            for name in NAMES
        ),
        rules_run=len(NAMES),
        verifications=tuple(Verification(name, name, "not-verified", name) for name in NAMES),
        differences=tuple(
            Difference(name, name, name, name, name, name, (Place(name, 1, 1, 1, 2),)) for name in NAMES
        ),
        rules=tuple(dict.fromkeys(name or "a-rule" for name in NAMES)),
    )


_STATUSES = ("new", "accepted", "allowed")


def _finding(name: str, number: int, status: str) -> Finding:
    return Finding(
        rule=name or "a-rule",
        severity=("error", "warning", "note")[number % 3],
        precision="high",
        service=name,
        kind=name,
        entity=name,
        places=() if number % 4 == 0 else (Place(f"ü [a]#%/{name}.sql", number, 2, number, 3),),
        related=name,
        related_places=(Place(f"{name}.prisma", 1, 1, 1, 1),),
        message=name,
        help=name,
        evidence={"name": name, "sql": f"select '{name}';"},
        fix=None
        if number % 5 == 0
        else Fix(f"select '{name}';", f"// {name}", "add-to-model", "unsafe", name),
        fingerprint="0123456789abcdef" if number % 2 else name,
        status=status,
        reason=name,
        controls=tuple(f"{name}/{control}" for control in range(30)),
    )
