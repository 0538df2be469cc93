// What a page of the web edition does by itself. Each part is an extra: without scripts all can be read.
(() => {
  "use strict";

  // A prediction: choosing an option marks it, and opens what the cell shows.
  for (const [number, question] of document.querySelectorAll("div.predict").entries()) {
    const options = [...question.querySelectorAll("li")];
    for (const option of options) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.append(...option.childNodes);
      option.replaceChildren(button);
      button.addEventListener("click", () => {
        for (const each of options) each.firstChild.setAttribute("aria-pressed", String(each === option));
        next(question)?.setAttribute("open", "");
      });
    }
    question.dataset.number = String(number);
  }
  function next(question) {
    const following = Node.DOCUMENT_POSITION_FOLLOWING;
    const folds = [...document.querySelectorAll("details.hide")];
    return folds.find((fold) => question.compareDocumentPosition(fold) & following);
  }

  // What scrolls sideways can be reached and scrolled with the keyboard.
  function reachable() {
    const scrolling = "article pre, div.output, figure.picture, .table-wrapper, div.highlight";
    for (const box of document.querySelectorAll(scrolling)) {
      if (box.scrollWidth > box.clientWidth && !box.querySelector("[tabindex='0']")) box.tabIndex = 0;
    }
  }
  addEventListener("load", reachable);
  addEventListener("resize", reachable);
  document.addEventListener("course-pictures-drawn", reachable);
  document.addEventListener("toggle", reachable, true);

  // On paper nothing is folded.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("article details:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of opened) each.open = false; });

  // Somebody who follows a link into a fold sees what is there.
  function unfold() {
    const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = wanted; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  }
  addEventListener("hashchange", unfold);
  unfold();
})();
