// The blast radius of a deletion: which rows go with a table's rows, which lose a reference, and which stand in the way.
function radius(tables, root) {
  const deleted = new Map([[root, 0]]);
  const queue = [root];
  while (queue.length) {
    const table = queue.shift();
    for (const { child, key } of tables[table].children) {
      if (key.onDelete === "cascade" && !deleted.has(child)) {
        deleted.set(child, deleted.get(table) + 1);
        queue.push(child);
      }
    }
  }
  const cleared = new Set();
  const refusing = new Set();
  for (const table of deleted.keys()) {
    for (const { child, key } of tables[table].children) {
      if (key.onDelete === "set null" || key.onDelete === "set default") cleared.add(child);
      if (key.onDelete === "restrict" || key.onDelete === "no action") refusing.add(child);
    }
  }
  return { deleted, cleared, refusing };
}

function radiusWords(schema_, root) {
  const { tables, unknown } = schema_;
  const { deleted, cleared, refusing } = radius(tables, root);
  const name = (number) => tables[number].name;
  const gone = [...deleted].filter(([number]) => number !== root).sort((one, other) => one[1] - other[1])
    .map(([number, depth]) => (depth > 1 ? `${name(number)} (${depth} steps)` : name(number)));
  const parts = [gone.length ? `deletes rows of ${counted(gone.length, "other table")}: ${gone.join(", ")}` : "deletes rows of no other table"];
  if (cleared.size) parts.push(`clears references in ${[...cleared].map(name).join(", ")}`);
  if (refusing.size) parts.push(`is refused while rows of ${[...refusing].map(name).join(", ")} still refer to what would go`);
  let words = `Deleting a row of ${name(root)} ${parts.join("; ")}.`;
  if (tables.some((table) => table.keys.some((key) => key.emulated))) words += " The client keeps these foreign keys, the database does not.";
  if (unknown.includes("foreign_keys")) words += " The sources of this service do not tell all foreign keys.";
  const table = `${tables[root].schema}.${tables[root].name}`;
  const measured = (island.measured || []).find((row) => row[0] === schema_.name && row[1] === table);
  if (measured && measured[2]) words += ` Measured on generated rows: ${measured[2]}.`;
  return words;
}
