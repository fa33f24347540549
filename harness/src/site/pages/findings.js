// A link to a finding opens it, and opening one gives it an address.
"use strict";
(() => {
  const open = () => {
    const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    if (target instanceof HTMLDetailsElement && !target.open) {
      target.open = true;
      target.scrollIntoView({ block: "start" });
      target.querySelector("summary").focus({ preventScroll: true });
    }
  };
  for (const finding of document.querySelectorAll("details.finding")) {
    finding.addEventListener("toggle", () => {
      if (finding.open && location.hash !== `#${finding.id}`) history.replaceState(null, "", `#${finding.id}`);
    });
  }
  window.addEventListener("hashchange", open);
  open();
})();
