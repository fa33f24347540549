// Search in the changes between two runs. What is looked for is in the URL's fragment, so that every view has an address.
// Without this script, the page shows all changes.
"use strict";
(() => {
  const form = document.querySelector(".filters");
  if (!form) return;
  const input = form.elements.q;
  const count = form.querySelector(".count");
  const sections = [...document.querySelectorAll("section[data-changes]")];
  const changes = sections.map((section) => [...section.querySelectorAll(".changes > li")]);
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const address = () => (location.hash.startsWith("#q=") ? decodeURIComponent(location.hash.slice(3)) : "");
  const show = (wanted) => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let all = 0;
    sections.forEach((section, at) => {
      let here = 0;
      for (const item of changes[at]) {
        item.hidden = !words.every((word) => text(item).includes(word));
        here += item.hidden ? 0 : 1;
      }
      section.hidden = here === 0;
      shown += here;
      all += changes[at].length;
    });
    const total = `${all.toLocaleString("en")} ${all === 1 ? "change" : "changes"}`;
    count.textContent = shown === all ? total : `${shown.toLocaleString("en")} of ${total}`;
  };
  const apply = () => {
    const wanted = address();
    if (input.value.trim() !== wanted && document.activeElement !== input) input.value = wanted;
    show(wanted);
  };
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const wanted = input.value.trim();
      const to = wanted ? `#q=${encodeURIComponent(wanted)}` : "#";
      // Typing makes one entry of the history, not one a letter.
      if (address()) location.replace(to);
      else if (wanted) location.hash = to;
    }, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      input.focus();
    }
  });
  window.addEventListener("hashchange", () => {
    // An address that was gone back to counts, whatever is being typed.
    if (address() !== input.value.trim()) input.value = address();
    apply();
  });
  form.hidden = false;
  apply();
})();
