// Schemas: the diagram drawn from the geometry in the island, and the table that says the same.
const HEADER = 28, ROW = 19, CHARACTER = 6.7;
const view = { schema: null, diagram: null, root: -1, zoom: 1, svg: null };

const cut = (words, room) => (words.length > room ? `${words.slice(0, Math.max(room - 1, 1))}…` : words);

function boxOf(diagram, row) {
  const [number, x, y, width, shown, hidden] = row;
  const table = view.schema.tables[number];
  const rows = shown.length + (hidden ? 1 : 0);
  const height = HEADER + rows * ROW + 5;
  const group = draw("g", { class: `box ${table.kin}`, transform: `translate(${x} ${y})`, "data-table": number });
  group.append(draw("title", {}, `${table.schema}.${table.name}`),
    draw("rect", { class: "frame", width, height, rx: 5 }),
    draw("path", { class: "head-rule", d: `M0 ${HEADER}H${width}` }),
    draw("text", { class: "name", x: 10, y: 18 }, cut(table.name, Math.floor((width - 20) / (CHARACTER + 0.4)))));
  shown.forEach((place_, at) => group.append(rowOf(table.columns[place_], at, width, diagram.full)));
  if (hidden) group.append(draw("text", { class: "more", x: 30, y: HEADER + shown.length * ROW + 14 }, `+ ${hidden.toLocaleString("en")} more`));
  const clear = table.columns.filter((column) => column.sensitive && !column.protection).length;
  group.append(bigName(table.name, width, height));
  if (clear) group.append(draw("text", { class: "count", x: width - 5, y: height - 6, "text-anchor": "end" }, `◆${clear}`));
  const badge = draw("text", { class: "badge", x: width - 8, y: -5, "text-anchor": "end" });
  group.append(badge);
  group.addEventListener("click", () => chooseRoot(number));
  return group;
}

// From afar only the name can be read: in as many lines as it has words, as large as its box allows.
function bigName(name, width, height) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/_+/g, "_ ").trim().split(/\s+/).slice(0, 4);
  const longest = Math.max(...words.map((word) => word.length));
  const size = Math.max(Math.min(34, (width - 8) / (longest * 0.62), (height - 8) / (words.length * 1.1)), 8);
  const top = height / 2 - ((words.length - 1) * size * 1.1) / 2 + size * 0.35;
  return draw("text", { class: "big", "font-size": size.toFixed(1), "text-anchor": "middle" },
    ...words.map((word, at) => draw("tspan", { x: width / 2, y: Math.round(top + at * size * 1.1) }, word)));
}

function rowOf(column, at, width, typed) {
  const y = HEADER + at * ROW + 14;
  const name = column.name + (column.nullable ? "?" : "");
  const room = Math.floor((width - 52) / CHARACTER + 0.01);
  const type = typed ? cut(column.type, Math.max(room - name.length - 1, 6)) : "";
  const row = draw("g", { class: column.key ? "row key" : "row" }, draw("title", {}, `${column.name} ${column.type}${column.sensitive ? ` (${column.sensitive}${column.protection ? `, protected: ${column.protection}` : ""})` : ""}`),
    draw("text", { class: "kind", x: 8, y }, column.key ? "PK" : column.refers ? "FK" : ""));
  if (column.sensitive) {
    row.prepend(draw("rect", { class: column.protection ? "tint protected" : "tint", x: 1, y: y - 14, width: width - 2, height: ROW }));
    row.append(draw("text", { class: column.protection ? "sign protected" : "sign", x: width - 17, y }, column.protection ? "◇" : "◆"));
  }
  row.append(draw("text", { class: "column", x: 30, y }, cut(name, typed ? room - type.length - 1 : room)),
    draw("text", { class: "type", x: width - 20, y, "text-anchor": "end" }, type));
  return row;
}

function edgeOf(row) {
  const [child, number, ...flat] = row;
  const key = view.schema.tables[child].keys[number];
  const points = [];
  for (let at = 0; at < flat.length; at += 2) points.push([flat[at], flat[at + 1]]);
  const cascade = key.onDelete === "cascade";
  const loop = key.target === child;
  const classes = `edge${cascade ? " cascade" : ""}${key.indexed === "none" || key.indexed === "weak" ? " bare" : ""}${key.emulated ? " emulated" : ""}`;
  const [x, y] = points[0];
  const away = loop || points[1][0] > x ? 1 : -1;
  // from the parent on, so that the dashes of edges that run together fall on each other
  const way = points.reverse();
  way[way.length - 1] = [x + (cascade ? 9 * away : 0), y];
  let path = `M${way[0].join(" ")}`;
  if (loop) path += `C${way[0][0] + 34} ${way[0][1]} ${x + 34} ${y} ${way[1].join(" ")}`;
  else for (let at = 1; at < way.length; at += 1) path += curve(way[at - 1], way[at]);
  const fork = `M${x} ${y - 5}L${x + 10 * away} ${y}L${x} ${y + 5}`;
  const head = `M${x + 10 * away} ${y - 5}L${x} ${y}L${x + 10 * away} ${y + 5}Z`;
  const names = key.columns.map((column) => (column < 0 ? "?" : view.schema.tables[child].columns[column].name)).join(", ");
  return draw("g", { class: "link", "data-child": child, "data-parent": key.target },
    draw("title", {}, `${view.schema.tables[child].name} (${names}) → ${key.references}: on delete ${key.onDelete}, index: ${key.indexed}`),
    draw("path", { class: classes, d: path }),
    cascade ? draw("path", { class: "head cascade", d: head }) : draw("path", { class: "fork", d: fork }));
}

function curve([x1, y1], [x2, y2]) {
  if (y1 === y2) return `L${x2} ${y2}`;
  const bend = Math.max(Math.abs(x2 - x1) / 2, 24) * Math.sign(x2 - x1);
  return `C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function drawDiagram() {
  const { diagram } = view;
  const svg = draw("svg", { viewBox: `-20 -24 ${diagram.width + 60} ${diagram.height + 44}`, "aria-hidden": "true", focusable: "false" });
  svg.append(draw("g", {}, ...diagram.edges.map(edgeOf)), draw("g", {}, ...diagram.boxes.map((row) => boxOf(diagram, row))));
  view.svg = svg;
  by("canvas").replaceChildren(svg);
  fit();
  markRadius();
}

function zoomTo(zoom) {
  view.zoom = Math.min(Math.max(zoom, 0.1), 3);
  view.svg.classList.toggle("far", view.zoom < 0.55);
  view.svg.setAttribute("width", Math.round((view.diagram.width + 60) * view.zoom));
  view.svg.setAttribute("height", Math.round((view.diagram.height + 44) * view.zoom));
}

function fit() {
  const room = by("canvas").clientWidth - 4;
  zoomTo(Math.min(1, Math.max(room / (view.diagram.width + 60), 0.25)));
}

function markRadius() {
  const spread = view.root < 0 ? null : radius(view.schema.tables, view.root);
  for (const group of view.svg.querySelectorAll(".box")) {
    const number = Number(group.dataset.table);
    const fate = !spread ? "" : number === view.root ? "deleted here" : spread.deleted.has(number) ? "deleted"
      : spread.refusing.has(number) ? "refuses" : spread.cleared.has(number) ? "cleared" : "";
    group.querySelector(".badge").textContent = fate;
    for (const [name, on] of [["hit", fate.startsWith("deleted")], ["touched", fate === "refuses" || fate === "cleared"], ["faded", spread && !fate]]) group.classList.toggle(name, Boolean(on));
  }
  for (const group of view.svg.querySelectorAll(".link")) {
    group.classList.toggle("faded", Boolean(spread) && !spread.deleted.has(Number(group.dataset.parent)));
  }
  by("forget").hidden = !spread;
  by("radius").textContent = spread ? radiusWords(view.schema, view.root) : "";
}

function chooseRoot(number) {
  view.root = number === view.root ? -1 : number;
  markRadius();
  remember();
}

function remember() {
  const table = view.root < 0 ? "" : view.schema.tables[view.root];
  const focus = view.diagram && view.diagram.focus >= 0 ? String(view.diagram.focus) : "";
  history.replaceState(null, "", address("schema", [["service", view.schema.name], ["focus", focus], ["table", table && `${table.schema}.${table.name}`]]));
}

const keyWords = (table, key) => `${key.columns.map((column) => (column < 0 ? "?" : table.columns[column].name)).join(", ")} → ${key.references}, on delete ${key.onDelete}, ${
  key.indexed === "covered" ? "indexed" : key.indexed === "unknown" ? "index unknown" : key.indexed === "weak" ? "partly indexed" : "no index"}${key.emulated ? ", kept by the client" : ""}`;

function lines(words) {
  return words.length ? make("ul", {}, ...words.map((each) => make("li", {}, each))) : make("span", { class: "quiet" }, "none");
}

function tableRow(table, number) {
  const sensitive = table.columns.filter((column) => column.sensitive)
    .map((column) => `${column.protection ? "◇" : "◆"} ${column.name}: ${column.sensitive}${column.protection ? `, protected (${column.protection})` : ", in clear"}`);
  const button = make("button", { type: "button" }, "Blast radius ", make("span", { class: "away" }, `of ${table.name}`));
  button.addEventListener("click", () => { chooseRoot(number); by("radius").scrollIntoView({ block: "nearest" }); });
  const reach = radius(view.schema.tables, number).deleted.size - 1;
  const name = `${view.schema.name}.${table.schema}.${table.name}`;
  return make("tr", {},
    make("th", { scope: "row" }, make("a", { href: address("findings", [["q", name]]) }, table.name), make("div", { class: "quiet plain" }, `${table.where || table.schema}${table.partitions ? `, ${counted(table.partitions, "partition")}` : ""}`)),
    make("td", {}, table.kin || table.kind), make("td", { class: table.security === "unknown" ? "open" : "" }, table.security),
    make("td", {}, lines(sensitive)), make("td", {}, lines(table.keys.map((key) => keyWords(table, key)))),
    make("td", {}, lines(table.children.map(({ child, key }) => `${view.schema.tables[child].name}, on delete ${key.onDelete}`))),
    make("td", {}, reach ? `reaches ${counted(reach, "table")} ` : "reaches no other ", button));
}

function openSchema(name, focus, rootName) {
  const found = schemas.find((each) => each.name === name) || schemas[0];
  if (!view.schema || view.schema.name !== found.name) view.schema = schema(found.row);
  const { tables, diagrams, unknown } = view.schema;
  const form = by("choose").elements;
  form.namedItem("service").value = `=${found.name}`;
  options(form.namedItem("focus"), diagrams.map((diagram, at) => [String(at),
    diagram.focus < 0 ? "All tables" : `${tables[diagram.focus].name} and its neighbours`]), "");
  const wanted = diagrams.findIndex((diagram) => String(diagram.focus) === focus);
  const busiest = () => diagrams.reduce((best, diagram, at) => (diagram.edges.length > diagrams[best].edges.length ? at : best), 0);
  const chosen = wanted >= 0 ? wanted : diagrams.length && diagrams[0].focus < 0 ? 0 : diagrams.length ? busiest() : -1;
  form.namedItem("focus").value = String(chosen);
  view.root = tables.findIndex((table) => `${table.schema}.${table.name}` === rootName);
  const columns = tables.flatMap((table) => table.columns);
  const keys = tables.flatMap((table) => table.keys);
  by("schema-lead").textContent = `${counted(tables.length, "table")}, ${counted(columns.length, "column")}, ${counted(keys.length, "foreign key")}, ${
    counted(columns.filter((column) => column.sensitive).length, "sensitive column")}${unknown.length ? `. Its sources do not tell all ${unknown.map((each) => each.replaceAll("_", " ")).join(", ")}.` : ""}`;
  showDiagram(chosen < 0 ? null : diagrams[chosen]);
}

function showDiagram(diagram) {
  const { tables } = view.schema;
  view.diagram = diagram;
  const shown = diagram ? diagram.boxes.map((row) => row[0]) : [];
  by("tables-title").textContent = shown.length < tables.length ? `Tables in the diagram: ${shown.length} of ${tables.length.toLocaleString("en")}` : "Tables";
  by("tables").tBodies[0].replaceChildren(...shown.map((number) => tableRow(tables[number], number)));
  if (diagram) drawDiagram();
  else by("canvas").replaceChildren("No tables.");
}

function prepareSchemas() {
  if (!schemas.length) return;
  const form = by("choose").elements;
  options(form.namedItem("service"), schemas.map((each) => [`=${each.name}`, each.name]), "");
  form.namedItem("service").addEventListener("change", (event) => { openSchema(event.target.value.slice(1), "", ""); remember(); });
  form.namedItem("focus").addEventListener("change", (event) => {
    showDiagram(view.schema.diagrams[Number(event.target.value)]);
    remember();
  });
  by("choose").addEventListener("submit", (event) => event.preventDefault());
  by("closer").addEventListener("click", () => zoomTo(view.zoom * 1.25));
  by("farther").addEventListener("click", () => zoomTo(view.zoom / 1.25));
  by("fit").addEventListener("click", fit);
  by("forget").addEventListener("click", () => chooseRoot(view.root));
  by("canvas").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+") zoomTo(view.zoom * 1.25);
    else if (event.key === "-") zoomTo(view.zoom / 1.25);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  by("drawing").hidden = false;
  // a large schema takes a moment: it is drawn when somebody comes near it
  const open = () => { if (!view.schema) openSchema("", "", ""); };
  const watch = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) open(); }, { rootMargin: "600px" });
  watch.observe(by("schemas"));
  addEventListener("beforeprint", open);
}
