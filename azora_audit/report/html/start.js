// Starts the page: theme, links that filter, and the state that its address names.
function prepareTheme() {
  const choice = by("theme");
  const set = (value) => {
    if (value) document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  };
  try { choice.value = localStorage.getItem("azora-audit-theme") || ""; } catch { choice.value = ""; }
  set(choice.value);
  choice.addEventListener("change", () => {
    set(choice.value);
    try { localStorage.setItem("azora-audit-theme", choice.value); } catch { /* storage is closed: the choice lasts as long as the page */ }
  });
  choice.parentElement.hidden = false;
}

function prepareLinks() {
  for (const link of document.querySelectorAll("a[data-rule], a[data-service], a[data-status]")) {
    const { rule, service, status } = link.dataset;
    link.hidden = false;
    link.href = address("findings", [["rule", rule], ["service", service === undefined ? "" : `=${service}`], ["status", status]]);
  }
}

function follow(scroll) {
  const { part, parameters } = here();
  if (part === "findings" || part === "finding") {
    readFilters(part, parameters);
    if (scroll) by("findings").scrollIntoView();
  } else if (part === "schema" && schemas.length) {
    openSchema(parameters.get("service"), parameters.get("focus") || "", parameters.get("table") || "");
    if (scroll) by("schemas").scrollIntoView();
  }
}

function start() {
  prepareTheme();
  prepareLinks();
  prepareFindings();
  prepareSchemas();
  document.querySelectorAll("#proof pre.code").forEach(copying);
  const { part } = here();
  if (part !== "findings" && part !== "finding") select();
  follow(true);
  addEventListener("hashchange", () => follow(true));
  document.documentElement.dataset.ready = "";
}

for (const each of document.querySelectorAll(".off")) each.hidden = true;
setTimeout(start, 0); // what needs no script is painted first
