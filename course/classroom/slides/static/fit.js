// Sizes of what stands on a slide: long lines, pictures, and what is larger than a slide even alone.
(() => {
  "use strict";
  const SMALLEST = 14, CODE = 19, CODE_LEAST = 16, LARGEST = 1.5, CHART = 2.4, ROOM = 0.86, OVERLAP = 0.06;

  // Code as large as its longest line allows; below CODE_LEAST it is broken instead.
  function lines(pre, width) {
    const longest = Math.max(1, ...[...pre.textContent.split("\n")].map((line) => line.length));
    pre.style.fontSize = `${Math.max(CODE_LEAST, Math.min(CODE, (width - 40) / (longest * 0.61)))}px`;
  }

  const box = (svg) => svg.viewBox.baseVal;
  function sized(svg, scale) {
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    Object.assign(svg.style, {
      width: `${box(svg).width * scale}px`, height: `${box(svg).height * scale}px`, maxWidth: "none",
    });
  }
  function smallest(svg) {
    const words = [...svg.querySelectorAll("text, tspan, foreignObject *")].filter((each) =>
      [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return Math.min(16, ...words.map((each) => parseFloat(getComputedStyle(each).fontSize)));
  }

  // A picture as large as a slide has room for; one whose words would be too small, in parts that overlap.
  function picture(figure, width, height) {
    const svgs = [...figure.querySelectorAll("svg")].filter((each) => !each.parentElement.closest("svg"));
    if (!svgs.length) return [figure];
    const { width: wide, height: high } = box(svgs[0]), words = smallest(svgs[0]);
    const chart = !figure.matches(".mermaid-picture");
    const scale = Math.min(chart ? CHART : LARGEST, width / wide, (height * ROOM) / high);
    if (scale * words >= SMALLEST) {
      for (const svg of svgs) sized(svg, scale);
      return [figure];
    }
    const least = SMALLEST / words;
    if (Math.min(width / wide, height / high) >= least) {
      for (const svg of svgs) sized(svg, least);
      return [figure];
    }
    const parts = (whole, room) => Math.max(1, Math.ceil((whole * least - room * OVERLAP) / (room * (1 - OVERLAP))));
    return cut(figure, svgs, parts(wide, width), parts(high, height * 0.97), least, width, height * 0.97);
  }
  function cut(figure, svgs, columns, rows, scale, width, height) {
    const made = [];
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
      const copy = figure.cloneNode(true);
      const shown = copy.querySelectorAll(":scope > svg, :scope > div > svg");
      for (const [place, svg] of svgs.entries()) {
        const { x, y, width: wide, height: high } = box(svg);
        const w = Math.min(wide, width / scale), h = Math.min(high, height / scale);
        const left = columns > 1 ? ((wide - w) * column) / (columns - 1) : 0;
        const top = rows > 1 ? ((high - h) * row) / (rows - 1) : 0;
        const part = shown[place];
        part.setAttribute("viewBox", `${x + left} ${y + top} ${w} ${h}`);
        sized(part, scale);
      }
      // Ids of its own: arrow heads are looked up by id, and not found on a slide that is not shown.
      for (const { id } of shown) if (id) copy.innerHTML = copy.innerHTML.replaceAll(id, `${id}-${row}-${column}`);
      made.push(copy);
    }
    return made;
  }

  // What cannot be split, smaller, until it fits.
  function shrink(node, fits) {
    for (let zoom = 0.95; zoom >= 0.6 && !fits(); zoom -= 0.05) node.style.zoom = zoom;
  }
  window.courseFit = { lines, picture, shrink };
})();
