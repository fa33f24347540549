// The list of cases: filters, search, and links. The state is in the URL's fragment and nowhere else, so that every view
// has an address and the back button works. Text from the run goes into the page as text nodes only.
"use strict";
(() => {
  const FIELDS = ["q", "verdict", "level", "class", "bucket", "engine", "run"];
  const ORDER = ["diverge", "inconclusive", "not-asked", "known", "agree"];
  const SIGNS = { diverge: "✕", inconclusive: "?", "not-asked": "–", known: "≈", agree: "✓" };
  const PAGE = 150;

  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.querySelector(".filters");
  const list = document.getElementById("list");
  const further = document.getElementById("further");
  const count = form.querySelector(".count");

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };

  // Cases: the worst first, otherwise in the order of the run.
  const cases = data.cases.map((it, index) => ({
    ...it,
    id: it.id ?? it.name,
    run: String(it.run ?? 0),
    class: it.class ?? "no class",
    departs: it.departs ?? [],
    index,
  }));
  cases.sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || a.index - b.index);
  const byId = new Map(cases.map((it) => [it.id, it]));

  const haystack = (it) => {
    it.text ??= [
      it.name, it.title, it.area, it.suite, it.class, it.bucket, it.reason, it.file, it.source,
      ...it.outcomes.flatMap((outcome) => [outcome.ending, outcome.stdout, outcome.stderr]),
    ].filter(Boolean).join("\n").toLowerCase();
    return it.text;
  };

  // The fragment.
  const read = () => {
    const parameters = new URLSearchParams(location.hash.slice(1));
    const state = { case: parameters.get("case") ?? "" };
    for (const field of FIELDS) state[field] = parameters.get(field) ?? "";
    return state;
  };
  const fragment = (state) => {
    const parts = [...FIELDS, "case"].filter((field) => state[field]);
    return "#" + parts.map((field) => `${field}=${encodeURIComponent(state[field])}`).join("&");
  };
  const go = (state, replace) => {
    const to = fragment(state);
    if (to === (location.hash || "#")) return;
    if (replace) location.replace(to);
    else location.hash = to;
  };

  const matches = (state) => {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    return (it) =>
      (!state.verdict || it.verdict === state.verdict) &&
      (!state.level || it.level === state.level) &&
      (!state.class || it.class === state.class) &&
      (!state.bucket || it.bucket === state.bucket) &&
      (!state.engine || it.departs.includes(state.engine)) &&
      (!state.run || it.run === state.run) &&
      words.every((word) => haystack(it).includes(word));
  };

  // One case.
  const copyLink = (it) => {
    const link = element("a", "permalink", "Link to this case");
    link.href = fragment({ ...Object.fromEntries(FIELDS.map((field) => [field, ""])), case: it.id });
    return link;
  };
  const block = (title, text, className) =>
    element("figure", className ?? "", element("figcaption", "", title), element("pre", "", element("code", "", text)));
  const difference = (diff) => {
    const code = element("code");
    for (const [sign, ...parts] of diff.lines) {
      const kind = { "-": "removed", "+": "added", "@": "place" }[sign] ?? "same";
      const name = { removed: "del", added: "ins" }[kind] ?? "span";
      const line = element(name, `line ${kind}`, sign === "@" ? "" : sign);
      parts.forEach((part, at) => line.append(at % 2 === 1 ? element("mark", "", part) : part));
      code.append(line, "\n");
    }
    const pre = element("pre", "diff", code);
    pre.tabIndex = 0;
    const caption = element(
      "figcaption", "", `${diff.stream}: `,
      element("span", "from", `− ${diff.from}`), " ", element("span", "to", `+ ${diff.to}`),
    );
    return element("figure", "", caption, pre, diff.hidden ? element("p", "hint", `… and ${diff.hidden} lines more`) : null);
  };
  // What each side forced, in order, side by side.
  const forced = (table) => {
    const head = element("tr", "", ...table.heads.map((text) => element("th", "", text)));
    head.cells[0].scope = head.cells[1].scope = "col";
    const cell = (text) => element("td", "", text ? element("code", "", text) : "");
    const rows = table.rows.map((row) => {
      if ("folded" in row) {
        const only = element("td", "hint", `… ${row.folded} alike`);
        only.colSpan = 2;
        return element("tr", "", only);
      }
      if ("alike" in row) return element("tr", "", cell(row.alike), cell(row.alike));
      const [left, right] = row.apart;
      return element("tr", "apart", cell(left), cell(right));
    });
    const hidden = table.hidden + table.left_out[0] + table.left_out[1];
    const made = element("table", "forced", element("thead", "", head), element("tbody", "", ...rows));
    return element(
      "figure", "", element("figcaption", "", "forced, in order"), element("div", "scrolls", made),
      hidden ? element("p", "hint", `… and ${hidden} steps more`) : null,
    );
  };
  const seconds = (it) => {
    const times = Object.entries(it.seconds ?? {}).map(([engine, time]) => `${engine} ${Math.round(time * 1000)} ms`);
    return times.length ? times.join(", ") : null;
  };
  const body = (it) => {
    const made = element("div", "body");
    const facts = element("dl", "facts");
    const fact = (name, value) => value && facts.append(element("div", "", element("dt", "", name), element("dd", "", value)));
    fact("shows", it.title);
    fact("about", it.area);
    fact("signature", it.bucket);
    fact("level", it.level && `${it.level}: ${data.meanings[it.level]}`);
    fact("reason", it.reason);
    fact("suite", it.suite);
    fact("file", it.file);
    fact("time", seconds(it));
    if (data.runs.length > 1) fact("run", data.runs[it.run]);
    for (const [reference, comparison] of Object.entries(it.comparisons ?? {})) {
      fact(`against ${reference}`, [comparison.verdict, comparison.bucket, comparison.reason].filter(Boolean).join(" · "));
    }
    made.append(facts);
    if (it.source) made.append(block("Program", it.source, "source"));
    for (const diff of it.diffs ?? []) made.append(difference(diff));
    if (it.forcing) made.append(forced(it.forcing));
    const outcomes = element("div", "outcomes");
    for (const outcome of it.outcomes) {
      const work = outcome.work
        ? ` · ${outcome.work.function_calls} calls of functions, ${outcome.work.builtin_calls} of builtins`
        : "";
      const made = element(
        "div", "outcome",
        element("h3", "", outcome.engines.join(", "), element("span", "ending", ` ${outcome.ending}${work}`)),
      );
      if (outcome.stdout) made.append(block("stdout", outcome.stdout));
      if (outcome.stderr) made.append(block("stderr", outcome.stderr));
      if (!outcome.stdout && !outcome.stderr) {
        const kept = outcome.stdout === "" || outcome.stderr === "";
        made.append(element("p", "hint", kept ? "It printed nothing." : "What it printed is as recorded."));
      }
      outcomes.append(made);
    }
    if (it.diffs?.length) {
      const fold = element("details", "whole", element("summary", "", "Whole outputs"), outcomes);
      made.append(fold);
    } else made.append(outcomes);
    made.append(element("p", "links", copyLink(it)));
    for (const pre of made.querySelectorAll("pre")) pre.tabIndex = 0;
    return made;
  };
  const row = (it) => {
    const summary = element(
      "summary", "",
      element("span", `tag ${it.verdict}`, element("span", "sign", SIGNS[it.verdict]), ` ${it.verdict}`),
      element("span", "name", it.name),
      element("span", "detail", it.verdict === "agree" ? "" : (it.bucket ?? it.level ?? it.reason ?? "")),
    );
    const details = element("details", "case", summary);
    details.dataset.id = it.id;
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(body(it));
    });
    summary.addEventListener("click", () => {
      // The click has not changed it yet.
      const opens = !details.open;
      const state = read();
      if (opens) go({ ...state, case: it.id });
      else if (state.case === it.id) go({ ...state, case: "" });
    });
    return element("li", "", details);
  };

  // The list.
  let shown = [];
  let rendered = 0;
  let view = null;
  const render = (until) => {
    const added = document.createDocumentFragment();
    for (; rendered < Math.min(until, shown.length); rendered++) added.append(row(shown[rendered]));
    list.append(added);
    further.hidden = rendered >= shown.length;
    further.textContent = `Show more (${shown.length - rendered} left)`;
  };
  const opened = (id) => [...list.querySelectorAll("details.case")].find((it) => it.dataset.id === id);

  const apply = () => {
    const state = read();
    const filters = fragment({ ...state, case: "" });
    if (filters !== view) {
      view = filters;
      const wanted = matches(state);
      shown = cases.filter(wanted);
      rendered = 0;
      list.replaceChildren();
      render(PAGE);
      const all = cases.length.toLocaleString("en");
      count.textContent = shown.length === cases.length ? `${all} cases` : `${shown.length.toLocaleString("en")} of ${all} cases`;
      list.classList.toggle("empty", shown.length === 0);
    }
    for (const field of FIELDS) {
      const input = form.elements[field];
      if (input.value !== state[field] && !(field === "q" && document.activeElement === input && input.value.trim() === state.q)) {
        input.value = state[field];
      }
      if (field !== "q") input.classList.toggle("set", state[field] !== "");
    }
    for (const link of document.querySelectorAll('a[href^="#"]')) {
      const current = link.getAttribute("href") !== "#" && link.getAttribute("href") === location.hash;
      if (current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    open(state);
    previous = state;
  };
  let previous = read();
  let first = true;
  const open = (state) => {
    if (previous.case && previous.case !== state.case) {
      const old = opened(previous.case);
      if (old && !state.case) old.open = false;
    }
    if (!state.case) {
      // A link from the overview leads to the list; typing must not move the page.
      if (!first && form.contains(document.activeElement) === false && fragment(state) !== fragment(previous) && !previous.case) {
        document.querySelector(".cases").scrollIntoView();
      }
      first = false;
      return;
    }
    const at = shown.findIndex((it) => it.id === state.case);
    if (at < 0) {
      if (byId.has(state.case)) count.textContent += " (the linked case is filtered out)";
      else count.textContent += " (there is no case of the linked name)";
      first = false;
      return;
    }
    if (at >= rendered) render(at + PAGE);
    const details = opened(state.case);
    if (!details.open) {
      details.open = true;
      if (details.children.length === 1) details.append(body(shown[at]));
      details.scrollIntoView({ block: "start" });
      details.querySelector("summary").focus({ preventScroll: true });
    }
    first = false;
  };

  // Options: what occurs, with how often.
  const options = (field, values, label = (value) => value) => {
    const select = form.elements[field];
    for (const [value, number] of values) select.append(new Option(`${label(value)} (${number})`, value));
    select.parentElement.hidden = values.length < 2 && field !== "verdict" && field !== "engine";
    if (values.length === 0) select.parentElement.hidden = true;
  };
  const tally = (values) => {
    const counts = new Map();
    for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts];
  };
  const byCount = (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
  const byOrder = (order) => (a, b) => order.indexOf(a[0]) - order.indexOf(b[0]);
  options("verdict", tally(cases.map((it) => it.verdict)).sort(byOrder(ORDER)));
  options("level", tally(cases.map((it) => it.level)).sort(byOrder(data.levels)));
  options("class", tally(cases.map((it) => it.class)).sort());
  options("bucket", tally(cases.map((it) => it.bucket)).sort(byCount));
  options("engine", tally(cases.flatMap((it) => it.departs)).sort(byCount));
  options("run", tally(cases.map((it) => it.run)), (run) => data.runs[run]);

  let timer;
  form.addEventListener("input", (event) => {
    const field = event.target.name;
    if (!FIELDS.includes(field)) return;
    clearTimeout(timer);
    // What was typed a moment ago is in no fragment yet.
    const typed = form.elements.q.value.trim();
    const change = (replace) => go({ ...read(), q: typed, [field]: event.target.value.trim(), case: "" }, replace);
    // Typing makes one entry of the history, not one a letter.
    if (field === "q") timer = setTimeout(() => change(read().q !== ""), 120);
    else change(false);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    location.hash = "#";
  });
  further.addEventListener("click", () => render(rendered + PAGE));
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && rendered < shown.length) render(rendered + PAGE);
  }, { rootMargin: "600px" }).observe(further);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      form.elements.q.focus();
    }
  });
  window.addEventListener("hashchange", apply);
  apply();
})();
