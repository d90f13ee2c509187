// The list is complete without this script. It adds filters and the thread view, and reads nothing but the
// attributes and the text of the page it stands in; no text ever becomes markup.
"use strict";
(() => {
  const list = document.getElementById("list");
  const form = document.getElementById("controls");
  const cards = Array.from(list.querySelectorAll(".card"));
  const values = new Map(cards.map((card) => [card, card.dataset.v.split(",").map((v) => (v === "" ? null : Number(v)))]));
  const byId = new Map(cards.map((card) => [card.id, card]));
  const shown = document.getElementById("shown");
  const least = form.elements.least;
  const bars = Array.from(document.querySelectorAll(".chart rect"));
  const chartHeight = Number(document.querySelector(".chart").dataset.height);
  const words = new Map();

  const score = (card) => values.get(card)[Number(form.elements.attribute.value)];
  const isThreaded = () => form.elements.view.value === "thread";

  function textOf(card) {
    if (!words.has(card)) {
      const parts = card.querySelectorAll(".author, .text");
      words.set(card, Array.from(parts, (part) => part.textContent).join("\n").toLocaleLowerCase());
    }
    return words.get(card);
  }

  function matches(card, bound, query) {
    const value = score(card);
    return form.elements[card.dataset.d].checked && (bound === 0 || (value !== null && value >= bound))
      && (query === "" || textOf(card).includes(query));
  }

  function filter() {
    const bound = Number(least.value);
    const query = form.elements.query.value.trim().toLocaleLowerCase();
    const found = new Set(cards.filter((card) => matches(card, bound, query)));
    const context = new Set();
    if (isThreaded()) {
      for (const card of found) {
        let parent = byId.get(card.dataset.parent);
        while (parent && !context.has(parent)) {
          context.add(parent);
          parent = byId.get(parent.dataset.parent);
        }
      }
    }
    for (const card of cards) {
      card.hidden = !found.has(card) && !context.has(card);
      card.classList.toggle("passed-over", !found.has(card) && context.has(card));
    }
    for (const head of list.querySelectorAll("h2")) {
      head.hidden = !cards.some((card) => card.dataset.page === head.dataset.page && !card.hidden);
    }
    document.getElementById("bound").textContent = bound.toFixed(2);
    shown.textContent = found.size === cards.length
      ? `All ${cards.length} comments shown.` : `${found.size} of ${cards.length} comments shown.`;
    bars.forEach((bar, number) => bar.classList.toggle("out", (number + 1) / bars.length <= bound));
  }

  function order() {
    const threaded = isThreaded();
    const overall = form.elements.attribute.value === "0";
    const sorted = cards.slice();
    if (threaded) {
      sorted.sort((a, b) => Number(a.dataset.o) - Number(b.dataset.o));
    } else if (!overall) {
      sorted.sort((a, b) => (score(b) ?? -1) - (score(a) ?? -1));
    }
    list.querySelectorAll("h2").forEach((head) => head.remove());
    const fragment = document.createDocumentFragment();
    let page = null;
    for (const card of sorted) {
      if (threaded && card.dataset.page !== page) {
        page = card.dataset.page;
        const head = document.createElement("h2");
        head.textContent = document.querySelector(`#page-${page} .name`).textContent;
        head.dataset.page = page;
        fragment.append(head);
      }
      fragment.append(card);
    }
    list.append(fragment);
    document.body.classList.toggle("threaded", threaded);
  }

  function draw() {
    const counts = new Array(bars.length).fill(0);
    for (const card of cards) {
      const value = score(card);
      if (value !== null) counts[Math.min(Math.floor(value * bars.length), bars.length - 1)] += 1;
    }
    const most = Math.sqrt(Math.max(1, ...counts));
    bars.forEach((bar, number) => {
      const height = (Math.sqrt(counts[number]) / most) * chartHeight;
      bar.setAttribute("y", String(chartHeight - height));
      bar.setAttribute("height", String(height));
      const from = number / bars.length;
      bar.querySelector("title").textContent = `${from.toFixed(2)} to ${(from + 1 / bars.length).toFixed(2)}: ${counts[number]}`;
    });
    document.getElementById("charted").textContent = form.elements.attribute.selectedOptions[0].textContent;
  }

  function refresh() {
    order();
    draw();
    filter();
  }

  let pending = 0;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target === least || event.target === form.elements.query) {
      clearTimeout(pending);
      pending = setTimeout(filter, 80);
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "attribute" || event.target.name === "view") refresh();
    else filter();
  });
  form.addEventListener("reset", () => setTimeout(refresh));

  document.addEventListener("keydown", (event) => {
    if ((event.key !== "j" && event.key !== "k") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea")) return;
    const visible = Array.from(list.querySelectorAll(".card:not([hidden])"));
    const here = visible.indexOf(document.activeElement.closest(".card"));
    const next = visible[Math.max(0, here + (event.key === "j" ? 1 : -1))];
    if (next) next.focus();
  });

  // A link to a comment that a filter hides leads nowhere: show it again.
  window.addEventListener("hashchange", () => {
    const card = byId.get(location.hash.slice(1));
    if (card && card.hidden) {
      form.reset();
      setTimeout(() => card.scrollIntoView(), 50);
    }
  });

  const filters = document.getElementById("filters");
  filters.hidden = false;
  filters.open = window.matchMedia("(min-width: 40rem)").matches;
  document.getElementById("keys").hidden = false;
  refresh();
})();
