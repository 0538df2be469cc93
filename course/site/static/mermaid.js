// Draws the Mermaid pictures of a page with the copy that JupyterLab ships; course/site/mermaid.py says where its
// parts are. What stands here is the little of a bundler's runtime that they call.
(() => {
  "use strict";
  const { src } = document.currentScript;  // empty where this stands inside a page, with all its parts above it
  const here = src && new URL(".", src).href;
  const { files, first, module, same } = window.courseMermaid;
  const factories = {}, modules = {}, loading = {};
  const queue = "rspackChunk_jupyterlab_application_top";
  const take = ([, held]) => Object.assign(factories, held);
  for (const name of [queue, queue.replace("rspack", "webpack")]) {
    (self[name] ?? []).forEach(take);
    self[name] = { push: take };
  }

  function need(id) {
    id = same[id] ?? id;
    if (modules[id]) return modules[id].exports;
    const made = (modules[id] = { id, exports: {}, loaded: false });
    // The one module that stands elsewhere is the bundler's own stand-in for Node's `process`.
    if (factories[id]) factories[id].call(made.exports, made, made.exports, need);
    else made.exports = { env: {}, nextTick: (act) => queueMicrotask(act), versions: {}, argv: [] };
    made.loaded = true;
    return made.exports;
  }
  need.m = factories;
  need.o = (thing, name) => Object.prototype.hasOwnProperty.call(thing, name);
  need.d = (exports, getters) => {
    for (const name in getters)
      if (need.o(getters, name) && !need.o(exports, name))
        Object.defineProperty(exports, name, { enumerable: true, get: getters[name] });
  };
  need.r = (exports) => {
    Object.defineProperty(exports, Symbol.toStringTag, { value: "Module" });
    Object.defineProperty(exports, "__esModule", { value: true });
  };
  need.n = (thing) => {
    const get = thing && thing.__esModule ? () => thing.default : () => thing;
    need.d(get, { a: get });
    return get;
  };
  need.t = (thing, mode) => {
    const value = mode & 1 ? need(thing) : thing;
    if (mode & 8 || (typeof value === "object" && value && mode & 4 && value.__esModule)) return value;
    const space = Object.create(null);
    need.r(space);
    const getters = { default: () => value };
    if (mode & 2 && value) for (const name of Object.getOwnPropertyNames(value)) getters[name] ??= () => value[name];
    need.d(space, getters);
    return space;
  };
  need.hmd = (made) => {
    const copy = Object.create(made);
    copy.children ??= [];
    Object.defineProperty(copy, "exports", { enumerable: true, set: () => {}, get: () => made.exports });
    return copy;
  };
  need.nmd = (made) => Object.assign(made, { paths: [], children: made.children ?? [] });
  need.g = globalThis;
  need.e = (part) =>
    (loading[part] ??= !files[part] ? Promise.resolve() : new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = here + "mermaid/" + files[part];
      script.onload = done;
      script.onerror = () => failed(new Error(`${script.src} cannot be read`));
      document.head.append(script);
    }));

  let number = 0;
  async function draw(mermaid, figure, theme) {
    const code = figure.dataset.mermaid;
    const { svg } = await mermaid.render(`picture-${theme}-${number++}`, code);
    const holder = document.createElement("div");
    holder.className = theme === "dark" ? "only-dark" : "only-light";
    holder.innerHTML = svg;
    const shown = holder.querySelector("svg");
    // Its own size: a wide picture scrolls before its words become too small to read.
    const natural = parseFloat(shown.style.maxWidth) || shown.viewBox.baseVal.width;
    shown.style.maxWidth = "none";
    shown.style.width = `clamp(${Math.round(natural * 0.75)}px, 100%, ${Math.round(natural)}px)`;
    shown.removeAttribute("aria-roledescription");
    shown.setAttribute("role", "img");
    shown.setAttribute("aria-label", figure.dataset.said);
    return holder;
  }

  async function drawAll() {
    const figures = [...document.querySelectorAll("figure.mermaid-picture")];
    if (!figures.length) return;
    await Promise.all(first.map(need.e));
    const mermaid = need(module).default;
    const drawn = figures.map(() => []);
    for (const figure of figures) figure.dataset.said = figure.querySelector("pre").textContent;
    // Mermaid's own colour behind the words of an arrow is too light in the dark: 4.4 to 1.
    const themes = { default: {}, dark: { edgeLabelBackground: "#444444" } };
    for (const [theme, themeVariables] of Object.entries(themes)) {
      const limits = { maxTextSize: 1e5, maxEdges: 1e5 };
      mermaid.initialize({ theme, themeVariables, securityLevel: "strict", ...limits, startOnLoad: false });
      for (const [place, figure] of figures.entries()) drawn[place].push(await draw(mermaid, figure, theme));
    }
    figures.forEach((figure, place) => figure.replaceChildren(...drawn[place]));
    document.documentElement.dataset.pictures = "drawn";
    document.dispatchEvent(new Event("course-pictures-drawn"));
  }
  drawAll().catch((error) => {
    document.documentElement.dataset.pictures = `failed: ${error.message}`;
    console.error(error);
  });
})();
