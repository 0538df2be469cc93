// Ranks the error messages of this page by what is pasted: words that few messages have weigh more.
(() => {
  "use strict";
  const list = document.querySelector("ul.errors"), field = document.getElementById("pasted");
  const said = document.getElementById("nearest"), FEWEST = 0.3, MOST = 5, SHORT = 5;
  // What differs from one run to the next says nothing: quoted names, numbers, addresses.
  const words = (text) =>
    new Set(text.toLowerCase().replace(/0x[0-9a-f]+/g, " ").match(/[a-z][a-z_]{2,}(?:[.'][a-z_]+)*/g) ?? []);
  const rows = [...list.children].map((row, place) => {
    const text = row.querySelector("code").textContent;
    return { row, place, words: words(text), kind: text.match(/^[\w.]+/)?.[0].toLowerCase() ?? "" };
  });
  const held = new Map();
  for (const { words } of rows) for (const word of words) held.set(word, (held.get(word) ?? 0) + 1);
  const weight = (word) => Math.log(1 + rows.length / (held.get(word) ?? rows.length));
  const sum = (some) => some.reduce((total, word) => total + weight(word), 0);

  function near(row, pasted) {
    const shared = [...row.words].filter((word) => pasted.has(word));
    // A message of two words is soon found whole; what is added says that it tells little.
    return (sum(shared) / (sum([...row.words]) + SHORT)) * (pasted.has(row.kind) ? 1.3 : 1);
  }
  function rank() {
    const pasted = words(field.value);
    for (const row of rows) row.near = near(row, pasted);
    const found = rows.filter((row) => row.near >= FEWEST).sort((a, b) => b.near - a.near || a.place - b.place);
    const first = new Set(found.slice(0, MOST));
    for (const row of rows) row.row.classList.toggle("near", first.has(row));
    const others = rows.filter((row) => !first.has(row));
    list.replaceChildren(...[...first, ...others].map((row) => row.row));
    if (!field.value.trim()) said.textContent = "";
    else said.textContent = found.length ? `${first.size} near it, the nearest first.` : "No message is near it.";
  }
  field.addEventListener("input", rank);
  field.form.addEventListener("submit", (event) => event.preventDefault());
})();
