// Reads the island: arrays of numbers whose texts stand once in a pool, written by data.py.
const SEVERITIES = ["note", "warning", "error"];
const PRECISIONS = ["low", "medium", "high", "very-high"];
const STATUSES = ["new", "accepted", "allowed"];
const island = JSON.parse(document.getElementById("data").textContent);
const text = (number) => island.texts[number];
const appeared = new Set(island.appeared || []);

const findings = island.findings.map((row, number) => ({
  number,
  rule: text(row[0]), severity: SEVERITIES[row[1]], precision: PRECISIONS[row[2]], status: STATUSES[row[3]],
  service: text(row[4]), kind: text(row[5]), entity: text(row[6]), message: text(row[7]), help: text(row[8]),
  reason: text(row[9]), fingerprint: text(row[10]), related: text(row[11]), controls: row[12].map(text),
  places: row[13], unseen: row[14], fix: row[15], script: text(row[16]),
}));

function place(row) {
  return {
    where: text(row[0]), label: text(row[1]), note: text(row[2]), first: row[3], lines: row[4].map(text),
    marked: row[5], start: row[6], end: row[7],
  };
}

function fix(row) {
  const [sql, prisma, , safety, why] = row.map(text);
  return { sql, prisma, safety, why };
}

const reasons = new Map(island.rules.map(([rule, title, why]) => [text(rule), { title: text(title), why: why.map(text) }]));

const schemas = island.schemas.map((row) => ({ name: text(row[0]), row }));

function schema(row) {
  const tables = row[2].map((each) => ({
    schema: text(each[0]), name: text(each[1]), kind: text(each[2]), kin: text(each[3]), security: text(each[4]),
    partitions: each[5], where: text(each[6]),
    columns: each[7].map((column) => ({
      name: text(column[0]), type: text(column[1]), nullable: (column[2] & 1) !== 0, key: (column[2] & 2) !== 0,
      tenant: (column[2] & 4) !== 0, preset: text(column[3]), presetKind: text(column[4]),
      sensitive: text(column[5]), protection: text(column[6]), refers: false,
    })),
    keys: each[8].map((key) => ({
      name: text(key[0]), columns: key[1], target: key[2], references: text(key[3]), onDelete: text(key[4]),
      onUpdate: text(key[5]), indexed: text(key[6]), emulated: key[7] === 1,
    })),
    children: [],
  }));
  tables.forEach((table, child) => {
    for (const key of table.keys) {
      for (const column of key.columns) if (column >= 0) table.columns[column].refers = true;
      if (key.target >= 0) tables[key.target].children.push({ child, key });
    }
  });
  const diagrams = row[3].map(([focus, full, width, height, boxes, edges]) => ({ focus, full: full === 1, width, height, boxes, edges }));
  return { name: text(row[0]), unknown: row[1].map(text), tables, diagrams };
}
