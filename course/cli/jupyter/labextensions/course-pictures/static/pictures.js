// JupyterLab shrinks a Mermaid picture to the width of the notebook, however small its labels become. Here a
// picture shrinks only as far as it can be read, then it scrolls; a click shows it large, another one as before.
// custom.css, JupyterLab's own way for styles, was considered: it knows neither the size of a picture nor clicks.
"use strict";

(() => {
  const SMALLEST = 11.5; // pixels: the height of the smallest letters that are still read without effort
  const LARGE = 1.6; // times as large as it is drawn, for a picture that stood there in its full size

  const STYLE = `
    .jp-RenderedMermaid figure { overflow: auto; }
    .jp-RenderedMermaid figure img { cursor: zoom-in; height: auto; }
    .jp-RenderedMermaid figure img.course-large { cursor: zoom-out; max-width: none; }
  `;

  const isPicture = node => node instanceof HTMLImageElement && node.closest(".jp-RenderedMermaid") !== null;

  // Mermaid writes every label in 16 pixels; the names of relations between tables it writes in 14.
  const letters = image => (image.src.includes(encodeURIComponent('aria-roledescription="er"')) ? 14 : 16);

  // `width` is what Mermaid asks for, in pixels; JupyterLab takes it over from the picture.
  const keepReadable = image => {
    image.style.minWidth = `${Math.round((image.width_drawn * SMALLEST) / letters(image))}px`;
  };

  const loaded = event => {
    if (!isPicture(event.target) || event.target.width_drawn) return;
    event.target.width_drawn = Number(event.target.getAttribute("width")) || event.target.naturalWidth;
    event.target.title = "Click: larger, and back";
    keepReadable(event.target);
  };

  const clicked = event => {
    const image = event.target;
    if (!isPicture(image) || !image.width_drawn) return;
    const large = image.classList.toggle("course-large");
    const shrunk = image.clientWidth < image.width_drawn - 1;
    image.style.width = large ? `${Math.round(image.width_drawn * (shrunk ? 1 : LARGE))}px` : "";
  };

  const extension = {
    id: "course-pictures:readable",
    description: "Keeps the labels of Mermaid pictures readable, and enlarges a picture at a click.",
    autoStart: true,
    activate: () => {
      document.head.appendChild(Object.assign(document.createElement("style"), { textContent: STYLE }));
      document.addEventListener("load", loaded, true); // an image's load event reaches only those who catch it
      document.addEventListener("click", clicked);
    },
  };

  // What JupyterLab asks of an extension that stands beside it: a container of module federation.
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["course-pictures"] = {
    init: () => undefined,
    get: () => Promise.resolve(() => ({ __esModule: true, default: extension })),
  };
})();
