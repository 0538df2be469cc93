// Lets the blocks of each section flow over as many slides as they need, so that nothing is cut off.
(() => {
  "use strict";
  const { lines, picture, shrink } = window.courseFit;
  const SHORTEST = 4, LOOK_BACK = 7, LEFT = 3;
  const stage = document.createElement("div");
  stage.className = "stage";
  let body, made, heading;

  const fits = () => body.scrollHeight <= body.clientHeight && body.scrollWidth <= body.clientWidth;
  function open() {
    const section = document.createElement("section"), slide = document.createElement("div");
    slide.className = "slide";
    body = document.createElement("div");
    body.className = "body";
    if (heading) slide.append(heading.cloneNode(true));
    slide.append(body);
    section.append(slide);
    stage.replaceChildren(slide);
    made.push([section, slide]);
  }
  const leads = (node) => node?.matches(".file, h3, h4, h5") || (node?.tagName === "P" && /:$/.test(node.textContent.trim()));
  // A new slide; what only announces the next block comes along.
  function next() {
    const along = [];
    while (leads(body.lastElementChild)) {
      along.unshift(body.lastElementChild);
      body.lastElementChild.remove();
    }
    if (!body.childElementCount) body.append(...along.splice(0));
    open();
    body.append(...along);
  }

  function items(node) {
    if (node.matches("pre.lines")) return [node, [...node.children]];
    if (node.matches("ul, ol")) return [node, [...node.children]];
    if (node.matches("table")) return [node.tBodies[0] ?? node, [...(node.tBodies[0]?.rows ?? [])]];
    return [node, []];
  }
  const begins = (line) => !line.textContent.trim() || line.matches(".hunk") ||
    /^[ +-]?(?:@|def |class |async def |CREATE |FROM )/.test(line.textContent);
  // Puts as much of a block on the slide as there is room for; false when that is too little to be of use.
  function split(node) {
    const [from, rest] = items(node);
    if (rest.length < 2) return false;
    const shell = node.cloneNode(false);
    if (node.tHead) shell.append(node.tHead.cloneNode(true));
    const into = from === node ? shell : shell.appendChild(from.cloneNode(false));
    const empty = !body.childElementCount;
    body.append(shell);
    let count = 0;
    while (count < rest.length && fits()) into.append(rest[count++]);
    if (count && !fits()) from.prepend(rest[--count]);
    let end = count;
    const least = Math.max(SHORTEST, count - LOOK_BACK);
    while (end > least && end < rest.length && node.matches("pre") && !begins(rest[end])) end--;
    if (end <= least) end = count;
    if (end < rest.length) end = Math.max(1, Math.min(end, rest.length - LEFT));
    for (; count > end; ) from.prepend(rest[--count]);
    if (!count || (!empty && count < Math.min(SHORTEST, rest.length - 1))) {
      from.prepend(...into.children);
      shell.remove();
      return false;
    }
    if (node.tagName === "OL") node.start = (node.start || 1) + count;
    while (node.matches("pre") && from.firstElementChild && !from.firstElementChild.textContent.trim())
      from.firstElementChild.remove();
    return from.childElementCount > 0;
  }

  // The parts of a block that stand below each other; undefined when it has none.
  function pieces(node) {
    const own = [...node.childNodes].filter((each) => each.nodeType === 3 && each.data.trim());
    if (own.length || !node.matches("div, details, blockquote, figure") || !node.childElementCount) return undefined;
    if (node.tagName === "DETAILS") node.open = true;
    return [...node.children].map((child) => {
      if (node.matches(".question")) child.classList.add("question-part");
      if (node.dataset.step !== undefined) child.dataset.step = "";
      return child;
    });
  }
  function inLines(pre) {
    let rows = [...pre.children];
    if (rows.length === 1 && rows[0].children.length > 1) rows = [...rows[0].children];
    if (!pre.children.length) {
      rows = pre.textContent.replace(/\n$/, "").split("\n").map((text) => {
        const line = document.createElement("span");
        line.textContent = `${text}\n`;
        return line;
      });
    }
    const blocks = !pre.children.length || rows.every((row) => row.style.display === "block");
    if (!blocks) return;
    for (const row of rows) row.classList.add("line");
    pre.replaceChildren(...rows);
    pre.classList.add("lines", "printed");
  }

  function place(node) {
    if (node.matches(".question") && body.querySelector(".question")) next();
    for (let tries = 0; tries < 90; tries++) {
      body.append(node);
      if (fits()) return;
      const tall = node.offsetHeight > body.clientHeight;
      node.remove();
      if ((tall || tries || !body.childElementCount) && items(node)[1].length > 1) {
        const before = items(node)[1].length;
        if (split(node)) { open(); continue; }
        if (before && !items(node)[1].length) return;
      }
      if (body.childElementCount) { tries ? open() : next(); continue; }
      const parts = pieces(node);
      if (parts) { parts.forEach(place); return; }
      body.append(node);
      shrink(node, fits);
      return;
    }
  }

  function atoms(block) {
    const inner = [...block.childNodes];
    const plain = inner.some((each) => each.nodeType === 3 && each.data.trim()) ||
      [...block.children].some((each) => /^(CODE|STRONG|EM|SPAN|A|B|I)$/.test(each.tagName));
    if (plain || block.matches(".question, .toy")) return [block];
    return [...block.children].map((child) => {
      if (block.dataset.step !== undefined) child.dataset.step = "";
      child.classList.add(...[...block.classList].filter((name) => name !== "block"));
      return child;
    });
  }
  // What follows a question on its slide comes with the next step, from the first thing that settles it.
  function pause(slide) {
    const held = [...slide.querySelector(".body").children];
    const asked = held.findIndex((each) => each.matches(".question, .question-part"));
    if (asked < 0) return;
    const answer = held.findIndex((each, place) => place > asked && each.dataset.step !== undefined);
    if (answer < 0) return;
    for (const each of held.slice(answer)) {
      each.classList.add("fragment");
      each.dataset.fragmentIndex = "0";
    }
  }

  function flow(source, slides) {
    document.body.append(stage);
    for (const section of [...source.children]) {
      made = [];
      heading = section.querySelector(":scope > h2");
      open();
      stage.firstChild.classList.toggle("title", section.matches(".title"));
      const { clientWidth: width, clientHeight: height } = body;
      for (const pre of section.querySelectorAll("pre:not(.lines)")) if (!pre.closest("figure")) inLines(pre);
      for (const pre of section.querySelectorAll("pre.lines")) lines(pre, width);
      for (const details of section.querySelectorAll("details")) details.open = true;
      for (const block of [...section.querySelectorAll(":scope > .block")])
        for (const atom of atoms(block))
          for (const part of atom.matches("figure.picture") ? picture(atom, width, height) : [atom]) {
            if (atom.dataset.step !== undefined) part.dataset.step = "";
            place(part);
          }
      const held = made.filter(([, slide]) => slide.querySelector(".body").childElementCount);
      for (const [number, [part, slide]] of held.entries()) {
        const counted = slide.querySelector("h2");
        if (counted && held.length > 1) counted.dataset.part = `${number + 1} of ${held.length}`;
        pause(slide);
        part.append(slide);
        slides.append(part);
      }
    }
    stage.remove();
    source.remove();
  }
  window.courseFlow = flow;
})();
