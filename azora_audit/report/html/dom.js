// Makes elements: text is always text, and no attribute is ever code.
const SVG = "http://www.w3.org/2000/svg";
const by = (id) => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== false && value !== undefined) node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}

const make = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

function say(words) {
  by("said").textContent = "";
  setTimeout(() => { by("said").textContent = words; }, 30);
}

function options(select, choices, chosen) {
  select.replaceChildren(...choices.map(([value, label]) => make("option", { value, selected: value === chosen }, label)));
  select.value = chosen;
}

async function copy(pre, button) {
  const words = pre.textContent;
  let copied = false;
  try {
    await navigator.clipboard.writeText(words);
    copied = true;
  } catch {
    // plain http has no clipboard, and a browser may refuse it: the text is selected, and the old command tried
    const range = document.createRange();
    range.selectNodeContents(pre);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    try { copied = document.execCommand("copy"); } catch { copied = false; }
  }
  button.textContent = copied ? "Copied" : "Selected";
  say(copied ? "Copied." : "Selected. Press Control C or Command C to copy.");
  setTimeout(() => { button.textContent = "Copy"; }, 2500);
}

function copying(pre) {
  const button = make("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", () => copy(pre, button));
  const around = make("div", { class: "copying" });
  pre.replaceWith(around);
  around.append(pre, button);
  return around;
}

const code = (words) => copying(make("pre", { class: "code", tabindex: "0" }, make("code", {}, words)));

// The address of a state: `#findings?rule=...`, so that it can be sent and gone back to.
function address(part, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of parameters) if (value) query.append(name, value);
  const words = query.toString();
  return words ? `#${part}?${words}` : `#${part}`;
}

function here() {
  const [part, query] = location.hash.slice(1).split(/\?(.*)/s);
  return { part, parameters: new URLSearchParams(query || "") };
}
