// Starts the deck: draws, lets the blocks flow, hands the slides to reveal.js. Keys are reveal.js's, and P and T.
(() => {
  "use strict";
  const root = document.documentElement, print = /print-pdf/.test(location.search);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = (name) => { root.dataset.theme = print ? "light" : name; };
  theme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
  const other = () => theme(root.dataset.theme === "dark" ? "light" : "dark");
  const paper = () => { location.search = "?print-pdf"; };
  root.classList.add("script");

  function drawn() {
    if (!document.querySelector("figure.mermaid-picture") || root.dataset.pictures) return Promise.resolve();
    return new Promise((done) => {
      document.addEventListener("course-pictures-drawn", done);
      new MutationObserver(done).observe(root, { attributeFilter: ["data-pictures"] });
    });
  }
  async function start() {
    await drawn();
    window.courseFlow(document.getElementById("source"), document.querySelector(".slides"));
    await window.Reveal.initialize({
      width: 1280, height: 720, margin: 0, center: false, hash: true, transition: "none", controls: false,
      backgroundTransition: "none", slideNumber: "c/t", navigationMode: "linear", pdfSeparateFragments: false,
      pdfMaxPagesPerSlide: 1, maxScale: 4, keyboard: { 80: paper, 84: other },
      help: true,
    });
    root.dataset.deck = "ready";
    if (!print) return;
    addEventListener("afterprint", () => { location.search = ""; });
    window.print();
  }
  start();
})();
