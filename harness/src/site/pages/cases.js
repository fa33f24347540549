// The list of cases. Lists and programs are loaded when they are needed, as scripts, which is all that a page opened from a
// folder may load. The state is in the fragment and nowhere else, so that every view has an address and the back button
// works. Text goes into the page as text nodes only.
"use strict";
(() => {
  const FIELDS = ["set", "q", "deep", "class", "area", "builtin", "form", "engine", "mark"];
  const KINDS = ["area", "builtin", "form"];
  const LETTERS = { e: "exact", m: "messages", w: "wrong", c: "crashed", i: "inconclusive", n: "not-asked" };
  const SIGNS = { exact: "✓", messages: "≈", wrong: "✕", crashed: "‼", inconclusive: "?", "not-asked": "–" };
  const WORDS = { messages: "messages differ", "not-asked": "not asked" };
  const PAGE = 100;

  const sets = JSON.parse(document.getElementById("data").textContent);
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

  // Loading.
  const loaded = new Map();
  const waiting = new Map();
  window.thunkproofData = (name, value) => loaded.set(name, value);
  const load = (name) => {
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `data/${name}.js`;
        script.addEventListener("load", () => (loaded.has(name) ? resolve(loaded.get(name)) : reject(new Error(name))));
        script.addEventListener("error", () => {
          waiting.delete(name);
          script.remove();
          reject(new Error(name));
        });
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  };
  const details = (it) => load(`${it.shard}-${it.chunk}`).then((chunk) => chunk[it.place]);

  // The fragment.
  const read = () => {
    const parameters = new URLSearchParams(location.hash.slice(1));
    const state = { case: parameters.get("case") ?? "" };
    for (const field of FIELDS) state[field] = parameters.get(field) ?? "";
    if (!sets[Number(state.set || 0)]) state.set = "";
    return state;
  };
  const fragment = (state) => {
    const parts = [...FIELDS, "case"].filter((field) => state[field] && !(field === "set" && state.set === "0"));
    return "#" + parts.map((field) => `${field}=${encodeURIComponent(state[field])}`).join("&");
  };
  const go = (state, replace) => {
    const to = fragment(state);
    if (to === (location.hash || "#")) return;
    if (replace) location.replace(to);
    else location.hash = to;
  };
  const setOf = (state) => sets[Number(state.set || 0)];

  // All cases of the classes that are wanted.
  const cases = async (state) => {
    const set = setOf(state);
    const classes = set.classes.filter((it) => !state.class || it.name === state.class);
    const lists = await Promise.all(classes.map((it) => load(it.shard)));
    return lists.flatMap((shard, at) => {
      shard.rows ??= shard.cases.map(([name, marks, areas, chunk, place, suite, link]) => ({
        name, marks, areas, chunk, place,
        suite: suite === null ? null : shard.suites[suite],
        id: link ?? name,
        class: classes[at].name,
        shard: classes[at].shard,
      }));
      return shard.rows;
    });
  };

  const accepts = {
    "": () => true,
    "not-exact": (letter) => "mwci".includes(letter),
    "not-alike": (letter) => "wc".includes(letter),
  };
  const matches = (state, set) => {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const engine = set.engines.findIndex(([name]) => name === state.engine);
    const places = KINDS.filter((kind) => state[kind]).map((kind) =>
      set.areas.findIndex(([its, name]) => its === kind && name === state[kind]));
    const accept = accepts[state.mark] ?? ((letter) => LETTERS[letter] === state.mark);
    const marks = (it) => {
      const letters = engine < 0 ? [...it.marks] : [it.marks[engine]];
      const asked = letters.filter((letter) => letter !== ".");
      if (state.mark === "differ") return new Set(it.marks.toLowerCase().replace(/[.n]/g, "")).size > 1;
      if (state.mark === "known") return asked.some((letter) => letter !== letter.toLowerCase());
      return asked.some((letter) => accept(letter.toLowerCase()));
    };
    const text = (it) => {
      it.text ??= [it.name, it.suite, ...it.areas.map((place) => set.areas[place][1])].filter(Boolean).join("\n").toLowerCase();
      return it.deepText && state.deep ? `${it.text}\n${it.deepText}` : it.text;
    };
    return (it) =>
      marks(it) && places.every((place) => it.areas.includes(place)) && words.every((word) => text(it).includes(word));
  };
  const readAll = async (all) => {
    const chunks = new Map(all.map((it) => [`${it.shard}-${it.chunk}`, null]));
    await Promise.all([...chunks.keys()].map((name) => load(name)));
    for (const it of all) {
      if (it.deepText) continue;
      const { title, source, baseline, answers } = loaded.get(`${it.shard}-${it.chunk}`)[it.place];
      const said = [baseline, ...answers.map(([, answer]) => answer)].filter(Boolean);
      it.deepText = [title, source, ...said.flatMap((answer) => [answer.ending, answer.stdout, answer.stderr, answer.bucket])]
        .filter(Boolean).join("\n").toLowerCase();
    }
  };

  // What differs between two texts, by lines: the longest common subsequence, of texts that are not too long for it.
  const difference = (from, to) => {
    const [old, now] = [from.split("\n"), to.split("\n")];
    let [head, tail] = [0, 0];
    while (head < old.length && head < now.length && old[head] === now[head]) head++;
    while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
    const [a, b] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
    const lines = old.slice(0, head).map((line) => [" ", line]);
    if (a.length * b.length <= 250_000) {
      const rest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
      for (let i = a.length - 1; i >= 0; i--) {
        for (let j = b.length - 1; j >= 0; j--) {
          rest[i][j] = a[i] === b[j] ? rest[i + 1][j + 1] + 1 : Math.max(rest[i + 1][j], rest[i][j + 1]);
        }
      }
      let [i, j] = [0, 0];
      while (i < a.length || j < b.length) {
        if (i < a.length && j < b.length && a[i] === b[j]) lines.push([" ", a[i++]]), j++;
        else if (i < a.length && (j === b.length || rest[i + 1][j] >= rest[i][j + 1])) lines.push(["-", a[i++]]);
        else lines.push(["+", b[j++]]);
      }
    } else lines.push(...a.map((line) => ["-", line]), ...b.map((line) => ["+", line]));
    lines.push(...old.slice(old.length - tail).map((line) => [" ", line]));
    if (lines.length && lines.at(-1).join("") === " ") lines.pop();
    // Three lines of context around each change.
    const near = lines.map((_, at) => lines.slice(Math.max(0, at - 3), at + 4).some(([sign]) => sign !== " "));
    return lines.flatMap((line, at) => (near[at] ? [line] : near[at - 1] ? [["@", "…"]] : []));
  };
  // Two lines that follow each other and are much alike: what they do not share is marked.
  const marked = (line, other) => {
    let [head, tail] = [0, 0];
    while (head < line.length && head < other.length && line[head] === other[head]) head++;
    while (tail < line.length - head && tail < other.length - head && line.at(-1 - tail) === other.at(-1 - tail)) tail++;
    if (head + tail < line.trim().length / 3) return [line];
    return [line.slice(0, head), element("mark", "", line.slice(head, line.length - tail)), line.slice(line.length - tail)];
  };
  const drawn = (lines) => {
    const code = element("code");
    lines.forEach(([sign, text], at) => {
      const kind = { "-": "removed", "+": "added", "@": "place" }[sign] ?? "same";
      const name = { removed: "del", added: "ins" }[kind] ?? "span";
      const [before, after] = [lines[at - 1], lines[at + 1]];
      const partner = sign === "-" && after?.[0] === "+" ? after : sign === "+" && before?.[0] === "-" ? before : null;
      code.append(element(name, `line ${kind}`, sign === "@" ? "" : sign, ...(partner ? marked(text, partner[1]) : [text])), "\n");
    });
    return element("pre", "diff", code);
  };

  // One case.
  const tag = (engine, letter, withName) => {
    const mark = LETTERS[letter.toLowerCase()] ?? "absent";
    const word = mark === "absent" ? "not asked in this run" : WORDS[mark] ?? mark;
    const accepted = letter !== letter.toLowerCase();
    const made = element(
      "span", `tag ${mark}${accepted ? " accepted" : ""}`,
      element("span", "sign", SIGNS[mark] ?? "·"), ` ${withName ? engine : word}`,
      withName ? element("span", "visually-hidden", `: ${word}`) : accepted ? ", accepted" : "",
    );
    made.title = `${engine}: ${word}${accepted ? ", accepted" : ""}`;
    return made;
  };
  const block = (title, text) => {
    const pre = element("pre", "", element("code", "", text));
    return element("figure", "", element("figcaption", "", title), pre);
  };
  const area = (set, state, place) => {
    const [kind, name] = set.areas[place];
    const made = element("a", "", name);
    made.href = fragment({ set: state.set, [kind]: name });
    return made;
  };
  const body = (it, found, set, state) => {
    const made = element("div", "body");
    const facts = element("dl", "facts");
    const fact = (name, ...values) => facts.append(element("div", "", element("dt", "", name), element("dd", "", ...values)));
    if (found.title) fact("shows", found.title);
    if (it.suite) fact("suite", it.suite);
    if (found.file) fact("file", found.file);
    if (it.areas.length) fact("about", element("span", "uses", ...it.areas.map((place) => area(set, state, place))));
    made.append(facts);
    if (found.source) made.append(block("Program", found.source));
    const outcomes = element("div", "outcomes");
    const { baseline } = found;
    if (baseline) {
      const shown = element("div", "outcome", element("h3", "", set.baseline, element("span", "ending", ` ${baseline.ending}`)));
      if (baseline.stdout) shown.append(block("stdout", baseline.stdout));
      if (baseline.stderr) shown.append(block("stderr", baseline.stderr));
      if (!baseline.stdout && !baseline.stderr) {
        const kept = typeof baseline.stdout === "string" || typeof baseline.stderr === "string";
        shown.append(element("p", "hint", kept ? "It printed nothing." : "What is recorded is not in this run's file."));
      }
      outcomes.append(shown);
    }
    for (const [columns, answer] of found.answers) {
      const letter = it.marks[columns[0]];
      const names = columns.map((column) => set.engines[column][0]).join(", ");
      const shown = element(
        "div", "outcome",
        element("h3", "", tag(names, letter, false), names, element("span", "ending", ` ${answer.ending}`)),
      );
      if (answer.reason) shown.append(element("p", "hint", answer.reason));
      if (answer.bucket) shown.append(element("p", "hint", element("code", "", answer.bucket)));
      for (const stream of ["stdout", "stderr"]) {
        if (answer[stream] === undefined) continue;
        const theirs = baseline?.[stream];
        const title = `${stream}, beside that of ${set.baseline}`;
        if (typeof theirs === "string") {
          shown.append(element("figure", "", element("figcaption", "", title), drawn(difference(theirs, answer[stream]))));
        } else if (answer[stream]) shown.append(block(stream, answer[stream]));
      }
      if (letter.toLowerCase() === "e") shown.append(element("p", "hint", `The same as ${set.baseline}.`));
      outcomes.append(shown);
    }
    made.append(outcomes);
    const link = element("a", "permalink", "Link to this case");
    link.href = fragment({ set: state.set, class: it.class, case: it.id });
    made.append(element("p", "links", link));
    for (const pre of made.querySelectorAll("pre")) pre.tabIndex = 0;
    return made;
  };
  const fill = (node, it) => {
    if (node.children.length > 1) return Promise.resolve();
    const state = read();
    return details(it).then(
      (found) => node.children.length > 1 || node.append(body(it, found, setOf(state), state)),
      () => node.children.length > 1 || node.append(element("p", "remark problem", `data/${it.shard}-${it.chunk}.js cannot be loaded.`)),
    );
  };
  const row = (it, set) => {
    const tags = element("span", "tags", ...[...it.marks].map((letter, at) => tag(set.engines[at][0], letter, true)));
    const summary = element("summary", "", element("span", "name", it.name), tags);
    const node = element("details", "case site-case", summary);
    node.dataset.id = it.id;
    node.addEventListener("toggle", () => node.open && fill(node, it));
    summary.addEventListener("click", () => {
      // The click has not changed it yet.
      const opens = !node.open;
      const state = read();
      if (opens) go({ ...state, case: it.id });
      else if (state.case === it.id) go({ ...state, case: "" });
    });
    return element("li", "", node);
  };

  // The list.
  let shown = [];
  let rendered = 0;
  let view = null;
  let turn = 0;
  let first = true;
  const render = (until, set) => {
    const added = document.createDocumentFragment();
    for (; rendered < Math.min(until, shown.length); rendered++) added.append(row(shown[rendered], set));
    list.append(added);
    further.hidden = rendered >= shown.length;
    further.textContent = `Show more (${shown.length - rendered} left)`;
  };
  const node = (id) => [...list.querySelectorAll("details.case")].find((it) => it.dataset.id === id);

  const apply = async () => {
    const state = read();
    const set = setOf(state);
    if (!set) {
      count.textContent = "There are no cases.";
      return;
    }
    const mine = ++turn;
    fields(state, set);
    const filters = fragment({ ...state, case: "" });
    if (filters !== view) {
      count.textContent = "Loading …";
      let all;
      try {
        all = await cases(state);
        if (state.deep && state.q) await readAll(all);
      } catch (error) {
        count.textContent = `data/${error.message}.js cannot be loaded: is the whole folder there?`;
        return;
      }
      if (mine !== turn) return;
      view = filters;
      shown = all.filter(matches(state, set));
      rendered = 0;
      list.replaceChildren();
      render(PAGE, set);
      const total = set.classes.reduce((sum, it) => sum + it.cases, 0).toLocaleString("en");
      const number = shown.length.toLocaleString("en");
      count.textContent = number === total ? `${total} cases` : `${number} of ${total} cases`;
      list.classList.toggle("empty", shown.length === 0);
    }
    await open(state, set);
    first = false;
  };
  const open = async (state, set) => {
    for (const old of list.querySelectorAll("details.case[open]")) {
      if (!state.case && old.dataset.id !== state.case) old.open = false;
    }
    if (!state.case) return;
    const at = shown.findIndex((it) => it.id === state.case);
    if (at < 0) {
      count.textContent += " (the linked case is not among them)";
      return;
    }
    if (at >= rendered) render(at + PAGE, set);
    const opened = node(state.case);
    if (!opened.open || first) {
      opened.open = true;
      await fill(opened, shown[at]);
      opened.scrollIntoView({ block: "start" });
      opened.querySelector("summary").focus({ preventScroll: true });
    }
  };

  // Fields show the state; which options there are depends on the table.
  let filled = null;
  const fields = (state, set) => {
    if (filled !== set) {
      filled = set;
      const options = (field, values) => {
        const select = form.elements[field];
        select.replaceChildren(new Option("all", ""), ...values.map(([value, number]) => new Option(number === null ? value : `${value} (${number})`, value)));
        select.parentElement.hidden = values.length === 0;
      };
      const byCount = (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
      options("class", set.classes.map((it) => [it.name, it.cases]));
      for (const kind of KINDS) options(kind, set.areas.filter(([its]) => its === kind).map(([, name, number]) => [name, number]).sort(byCount));
      options("engine", set.engines.map(([name]) => [name, null]));
    }
    for (const field of FIELDS) {
      const input = form.elements[field];
      if (field === "deep") input.checked = state.deep !== "";
      else {
        const wanted = field === "set" ? state.set || "0" : state[field];
        if (input.value !== wanted && !(field === "q" && document.activeElement === input && input.value.trim() === wanted)) input.value = wanted;
        if (field !== "q" && field !== "set") input.classList.toggle("set", wanted !== "");
      }
    }
  };
  sets.forEach((set, at) => form.elements.set.append(new Option(set.title, String(at))));
  form.elements.set.parentElement.hidden = sets.length < 2;

  let timer;
  form.addEventListener("input", (event) => {
    const { name, type, checked, value } = event.target;
    if (!FIELDS.includes(name)) return;
    clearTimeout(timer);
    const change = (replace) => {
      // What was typed a moment ago is in no fragment yet.
      const typed = form.elements.q.value.trim();
      const state = { ...read(), q: typed, [name]: type === "checkbox" ? (checked ? "1" : "") : value.trim(), case: "" };
      // Another table has other classes, areas and engines.
      go(name === "set" ? { set: state.set, q: state.q } : state, replace);
    };
    // Typing makes one entry of the history, not one a letter.
    if (name === "q") timer = setTimeout(() => change(read().q !== ""), 120);
    else change(false);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    location.hash = fragment({ set: read().set });
  });
  further.addEventListener("click", () => render(rendered + PAGE, setOf(read())));
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && rendered < shown.length) render(rendered + PAGE, setOf(read()));
  }, { rootMargin: "600px" }).observe(further);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      form.elements.q.focus();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (!typing || event.target === form.elements.q) && event.target.tagName !== "PRE") {
      const all = [...list.querySelectorAll("summary")];
      const at = all.indexOf(document.activeElement);
      const next = all[event.key === "ArrowDown" ? at + 1 : at - 1];
      if (at < 0 && event.target !== form.elements.q) return;
      if (!next && at === 0 && event.key === "ArrowUp") form.elements.q.focus();
      if (next) next.focus();
      event.preventDefault();
    }
  });
  // What is scrolled to must not be under the filters, however many lines they take.
  new ResizeObserver(() => {
    const sticky = getComputedStyle(form).position === "sticky";
    document.documentElement.style.scrollPaddingTop = sticky ? `${form.offsetHeight + 8}px` : "";
  }).observe(form);
  window.addEventListener("hashchange", apply);
  apply();
})();
