// The findings: filtered, a page at a time, each opened when it is asked for.
const PAGE = 100;
const PRINTED = 500;
const FIELDS = ["q", "service", "rule", "severity", "control", "status"];
const state = { values: new Map(), page: 0, only: "", matching: findings };
let haystacks = null;

function haystack(found) {
  if (haystacks === null) {
    haystacks = findings.map((each) => [each.message, each.entity, each.rule, each.related, each.service,
      ...each.places.map((row) => text(row[0]))].join("\n").toLowerCase());
  }
  return haystacks[found.number];
}

function matches(found) {
  if (state.only) return found.fingerprint === state.only;
  const wanted = state.values;
  if (wanted.get("severity") && found.severity !== wanted.get("severity")) return false;
  if (wanted.get("service") && found.service !== wanted.get("service").slice(1)) return false;
  if (wanted.get("rule") && found.rule !== wanted.get("rule")) return false;
  if (wanted.get("control") && !found.controls.includes(wanted.get("control"))) return false;
  const status = wanted.get("status");
  if (status === "appeared" ? !appeared.has(found.number) : status && found.status !== status) return false;
  const words = (wanted.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => haystack(found).includes(word));
}

function excerpt(row) {
  const shown = place(row);
  const caption = make("figcaption", {}, make("code", {}, shown.where),
    shown.label ? make("span", { class: "quiet" }, ` ${shown.label}`) : null);
  if (!shown.lines.length) return make("figure", { class: "source" }, caption, shown.note ? make("p", { class: "quiet" }, shown.note) : null);
  const lines = shown.lines.map((line, number) => {
    const marked = number === shown.marked;
    const parts = marked
      ? [line.slice(0, shown.start), make("mark", {}, line.slice(shown.start, shown.end)), line.slice(shown.end)]
      : [line];
    return make("span", { class: marked ? "line marked" : "line" },
      make("span", { class: "number" }, String(shown.first + number)), ...parts, "\n");
  });
  return make("figure", { class: "source" }, caption, make("pre", { class: "lines", tabindex: "0" }, ...lines));
}

function mend(row) {
  const { sql, prisma, safety, why } = fix(row);
  return [["schema.prisma", prisma], ["a migration", sql]].filter(([, words]) => words.trim()).map(([where, words]) =>
    make("div", { class: "fix" },
      make("p", {}, make("strong", {}, "Fix"), ` in ${where} `,
        make("span", { class: `tag ${safety === "safe" ? "good" : "warning"}` }, safety),
        why ? make("span", { class: "quiet" }, ` ${why}`) : null),
      code(words)));
}

function reason(rule) {
  const known = reasons.get(rule);
  if (!known || !known.why.length) return null;
  return make("details", { class: "reason" }, make("summary", {}, `Why: ${known.title}`), ...known.why.map((words) => make("p", {}, words)));
}

function details(found) {
  const link = address("finding", [["id", found.fingerprint]]);
  const filter = address("findings", [["rule", found.rule]]);
  const facts = make("p", { class: "quiet" }, make("a", { href: filter }, make("code", {}, found.rule)),
    ` · ${found.kind} `, make("code", {}, found.entity), ` · precision ${found.precision}`,
    found.controls.length ? ` · ${found.controls.join(", ")}` : null, " · ", make("a", { href: link }, "link to this finding"));
  return make("div", { class: "body" }, facts,
    found.reason ? make("p", {}, `${found.status}: ${found.reason}`) : null,
    ...found.places.map(excerpt),
    found.unseen > 0 ? make("p", { class: "quiet" }, `and ${counted(found.unseen, "more place")}`) : null,
    found.help ? make("p", {}, found.help) : null,
    reason(found.rule),
    ...(found.fix.length ? mend(found.fix) : []),
    ...(found.script ? [make("p", {}, make("strong", {}, "Script"), " for psql; it shows the fault and changes nothing"), code(found.script)] : []));
}

function item(found, open) {
  const where = found.places.length ? ` · ${text(found.places[0][0])}` : "";
  const summary = make("summary", {}, make("span", { class: `chip ${found.severity}` }, found.severity),
    make("span", { class: "message" }, found.message),
    make("span", { class: "where" }, `${found.service || "fleet"}${found.status === "new" ? "" : ` · ${found.status}`}${where}`));
  const element = make("details", {}, summary);
  const unfold = () => { if (element.children.length === 1) element.append(details(found)); };
  element.addEventListener("toggle", unfold);
  if (open) {
    unfold();
    element.open = true;
  }
  return make("li", { class: "finding" }, element);
}

function show(printing) {
  const total = state.matching.length;
  const size = printing ? PRINTED : PAGE;
  const first = printing ? 0 : state.page * PAGE;
  const shown = state.matching.slice(first, first + size);
  by("list").replaceChildren(...shown.map((found) => item(found, printing || state.only !== "")));
  let words = total ? `${counted(total, "finding")}${total === findings.length ? "" : ` of ${findings.length.toLocaleString("en")}`}` : "No findings match.";
  if (total > shown.length) words += `, ${(first + 1).toLocaleString("en")} to ${(first + shown.length).toLocaleString("en")} shown`;
  by("found").textContent = words;
  by("pages").hidden = total <= size || printing;
  by("page").textContent = `${state.page + 1} of ${Math.max(Math.ceil(total / PAGE), 1)}`;
  by("before").disabled = state.page === 0;
  by("after").disabled = (state.page + 1) * PAGE >= total;
}

function select() {
  state.matching = findings.filter(matches);
  state.page = Math.min(state.page, Math.max(Math.ceil(state.matching.length / PAGE) - 1, 0));
  show(false);
}

function readFilters(part, parameters) {
  state.only = part === "finding" ? parameters.get("id") || "" : "";
  for (const name of FIELDS) {
    const field = by("filters").elements.namedItem(name);
    field.value = part === "findings" ? parameters.get(name) || "" : "";
    state.values.set(name, field.value);
  }
  state.page = part === "findings" ? Math.max(parseInt(parameters.get("page") || "1", 10) - 1 || 0, 0) : 0;
  select();
}

function writeFilters() {
  const page = state.page ? String(state.page + 1) : "";
  history.replaceState(null, "", address("findings", [...FIELDS.map((name) => [name, state.values.get(name)]), ["page", page]]));
}

function prepareFindings() {
  const form = by("filters");
  const tally = (values) => {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
    return counts;
  };
  const choose = (name, all, counts, label, encode) => options(form.elements.namedItem(name), [["", all],
    ...[...counts].map(([value, count]) => [encode(value), `${label(value)} (${count.toLocaleString("en")})`])], "");
  // a service is `=` and its name: the fleet's own findings have none, which is not the same as all
  const sorted = (counts) => [...counts].sort((one, other) => (one[0] < other[0] ? -1 : 1));
  const same = (value) => value;
  choose("service", "All", sorted(tally(findings.map((found) => found.service))), (value) => value || "fleet", (value) => `=${value}`);
  choose("rule", "All", sorted(tally(findings.map((found) => found.rule))), same, same);
  choose("severity", "All", tally(findings.map((found) => found.severity)), same, same);
  choose("control", "All", sorted(tally(findings.flatMap((found) => found.controls))), same, same);
  const statuses = tally(findings.map((found) => found.status));
  if (island.appeared) statuses.set("appeared", appeared.size);
  choose("status", "All", statuses, (value) => (value === "appeared" ? "appeared since the former run" : value), same);
  const changed = () => {
    for (const name of FIELDS) state.values.set(name, form.elements.namedItem(name).value);
    state.only = "";
    state.page = 0;
    select();
    writeFilters();
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed, 0));
  const turn = (by_) => () => {
    state.page += by_;
    show(false);
    writeFilters();
    by("findings-title").focus();
  };
  by("before").addEventListener("click", turn(-1));
  by("after").addEventListener("click", turn(1));
  let unfolded = [];
  addEventListener("beforeprint", () => {
    show(true);
    unfolded = [...document.querySelectorAll("#checklist details:not([open]), #proof details:not([open])")];
    for (const each of unfolded) each.open = true;
  });
  addEventListener("afterprint", () => {
    show(false);
    for (const each of unfolded) each.open = false;
  });
  by("worst").hidden = true;
  by("explorer").hidden = false;
}
