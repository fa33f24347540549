// The switch between the system's theme, the light and the dark one. The choice is kept where the browser allows it.
"use strict";
(() => {
  const names = ["system", "light", "dark"];
  const button = document.getElementById("theme");
  const stored = () => {
    try {
      return localStorage.getItem("thunkproof-theme");
    } catch {
      return null;
    }
  };
  const show = (name) => {
    if (name === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = name;
    button.textContent = `Theme: ${name}`;
    button.dataset.name = name;
  };
  show(names.includes(stored()) ? stored() : "system");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = names[(names.indexOf(button.dataset.name) + 1) % names.length];
    show(next);
    try {
      localStorage.setItem("thunkproof-theme", next);
    } catch {
      // The choice then lasts as long as the page.
    }
  });
  const skip = document.querySelector("[data-skip]");
  // The fragment holds filters, so that the link must not change it.
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
})();
