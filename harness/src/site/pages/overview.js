// The first page: how answers are judged, and the table of areas. What is chosen is in the fragment, so that it has an
// address. Text goes into the page as text nodes only.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const judges = document.querySelector(".judge");
  const form = document.querySelector(".filters");
  const FIELDS = ["judge", "area", "kind", "order", "differ"];
  const DEFAULTS = { judge: "exact", area: "", kind: "area", order: "cases", differ: "" };

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };
  const read = () => {
    const parameters = new URLSearchParams(location.hash.slice(1));
    return Object.fromEntries(FIELDS.map((field) => [field, parameters.get(field) ?? DEFAULTS[field]]));
  };
  const go = (change) => {
    const state = { ...read(), ...change };
    const parts = FIELDS.filter((field) => state[field] !== DEFAULTS[field]);
    const hash = "#" + parts.map((field) => `${field}=${encodeURIComponent(state[field])}`).join("&");
    if (hash !== (location.hash || "#")) history.replaceState(null, "", hash);
    apply();
  };
  const link = (text, kind, name, more = "") => {
    const made = element("a", "", text);
    made.href = `cases.html#${kind}=${encodeURIComponent(name)}${more}`;
    return made;
  };

  const table = document.getElementById("area-table");
  const draw = (state) => {
    const alike = state.judge === "alike" ? 1 : 0;
    const words = state.area.toLowerCase().split(/\s+/).filter(Boolean);
    const share = (numbers, engine) => (numbers[3 * engine + 2] ? numbers[3 * engine + alike] / numbers[3 * engine + 2] : 1);
    const shares = (row) => data.engines.map((_, engine) => share(row[3], engine));
    let rows = data.rows.filter(([kind, name, , numbers]) =>
      (!state.kind || kind === state.kind) &&
      words.every((word) => name.toLowerCase().includes(word)) &&
      (!state.differ || new Set(data.engines.map((_, engine) => share(numbers, engine))).size > 1));
    const order = {
      cases: (a, b) => b[2] - a[2],
      least: (a, b) => Math.min(...shares(a)) - Math.min(...shares(b)) || b[2] - a[2],
      name: () => 0,
    }[state.order] ?? (() => 0);
    rows = rows.sort((a, b) => order(a, b) || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
    const head = element("tr", "", ...["name", "cases", ...data.engines].map((text, at) => {
      const cell = element("th", at ? "number" : "", text);
      cell.scope = "col";
      return cell;
    }));
    const lines = rows.map(([kind, name, cases, numbers]) => {
      const heading = element("th", "", link(name, kind, name));
      heading.scope = "row";
      const cells = data.engines.map((engine, at) => {
        const [exact, near, asked] = numbers.slice(3 * at, 3 * at + 3);
        const step = (part) => (asked ? Math.floor((part * 10) / asked) : 0);
        if (!asked) return element("td", "number", element("span", "none", "–"));
        const made = link("", kind, name, `&engine=${encodeURIComponent(engine)}`);
        made.append(String(alike ? near : exact), element("small", "", `/${asked}`));
        return element("td", `number exact-${step(exact)} alike-${step(near)}`, made);
      });
      return element("tr", "", heading, element("td", "number", String(cases)), ...cells);
    });
    const caption = element("caption", "visually-hidden", "Right answers by area, of those that were asked");
    table.replaceChildren(caption, element("thead", "", head), element("tbody", "", ...lines));
    form.querySelector(".count").textContent = `${rows.length} of ${data.rows.length} rows`;
  };

  const apply = () => {
    const state = read();
    document.documentElement.dataset.judge = state.judge;
    for (const radio of judges.querySelectorAll("input")) radio.checked = radio.value === state.judge;
    if (!form) return;
    for (const field of ["area", "kind", "order"]) {
      const input = form.elements[field];
      if (input.value !== state[field] && document.activeElement !== input) input.value = state[field];
    }
    form.elements.differ.checked = state.differ !== "";
    draw(state);
  };

  judges.hidden = false;
  judges.addEventListener("change", (event) => go({ judge: event.target.value }));
  if (form) {
    form.hidden = false;
    form.addEventListener("input", (event) => {
      const { name, type, checked, value } = event.target;
      go({ [name]: type === "checkbox" ? (checked ? "1" : "") : value.trim() });
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  document.addEventListener("keydown", (event) => {
    if (form && event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      form.elements.area.focus();
    }
  });
  window.addEventListener("hashchange", apply);
  apply();
})();
