"use strict";
// Without this code the page reads as well: it adds the switch of colours, and tables that sort, search and page.
(() => {
  const make = (tag, about = {}, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(about)) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  };
  const count = (number) => number.toLocaleString("en");
  const all = (what, where = document) => [...where.querySelectorAll(what)];

  // Colours: as the system has them, until they are switched.
  const root = document.documentElement;
  const wantsDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : wantsDark.matches);
  const theme = make("button", { type: "button" });
  const tell = () => (theme.textContent = isDark() ? "Light colours" : "Dark colours");
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    tell();
  });
  wantsDark.addEventListener("change", tell);
  tell();
  const tools = make("div", { class: "tools" }, theme);

  const codes = all("details.code");
  if (codes.length) {
    const fold = make("button", { type: "button" }, "Show code");
    fold.addEventListener("click", () => {
      const opens = !codes.every((one) => one.open);
      codes.forEach((one) => (one.open = opens));
      fold.textContent = opens ? "Hide code" : "Show code";
    });
    tools.append(fold);
  }
  document.querySelector("header").append(tools);

  // On a narrow screen the contents are folded.
  const isWide = matchMedia("(min-width: 76rem)");
  const unfold = () => all("nav details").forEach((one) => (one.open = isWide.matches));
  isWide.addEventListener("change", unfold);
  unfold();

  // The heading that is being read is marked in the contents.
  const links = new Map(all("nav a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...links.keys()].map((name) => document.getElementById(name)).filter(Boolean);
  const follow = () => {
    const read = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    links.forEach((link) => link.removeAttribute("aria-current"));
    if (read) links.get(read.id).setAttribute("aria-current", "true");
  };
  addEventListener("scroll", follow, { passive: true });
  follow();

  const words = new Intl.Collator("en", { numeric: true });
  const value = (cell, isNumber) => {
    if (cell.className === "rg-missing") return null;
    if (!isNumber) return cell.textContent;
    const number = Number(cell.dataset.v ?? cell.textContent.replaceAll(",", ""));
    return Number.isNaN(number) ? null : number;
  };

  const enhance = (table, index) => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const scroll = table.parentElement;
    const told = scroll.nextElementSibling;
    let shown = rows;
    let found = "";
    let order = null;
    let page = 0;
    let size = 25;

    const status = make("span", { role: "status" });
    const step = (label, by) => {
      const button = make("button", { type: "button" }, label);
      button.addEventListener("click", () => {
        page += by;
        draw();
      });
      return button;
    };
    const [back, on] = [step("Previous", -1), step("Next", 1)];
    const texts = new Map();
    const text = (row) => {
      if (!texts.has(row)) texts.set(row, [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
      return texts.get(row);
    };
    const choose = () => {
      const parts = found.toLowerCase().split(/\s+/).filter(Boolean);
      shown = rows.filter((row) => parts.every((part) => text(row).includes(part)));
      if (order) {
        const { place, isNumber, sign } = order;
        const compare = (one, other) => {
          if (one.key === null || other.key === null) return (one.key === null) - (other.key === null);
          return sign * (isNumber ? one.key - other.key || 0 : words.compare(one.key, other.key));
        };
        const keyed = shown.map((row) => ({ row, key: value(row.cells[place], isNumber) }));
        shown = keyed.sort(compare).map((one) => one.row);
      }
      page = 0;
      draw();
    };
    const draw = () => {
      const first = page * size;
      const last = Math.min(first + size, shown.length);
      body.replaceChildren(...shown.slice(first, last));
      back.disabled = page === 0;
      on.disabled = last >= shown.length;
      const of = shown.length === rows.length ? count(rows.length) : `${count(shown.length)} found, ${count(rows.length)}`;
      status.textContent = shown.length ? `${count(first + 1)}–${count(last)} of ${of}` : `none of ${count(rows.length)}`;
    };

    all("thead th", table).forEach((head, place) => {
      const button = make("button", { type: "button", title: head.title || "Sort" }, ...head.childNodes);
      head.removeAttribute("title");
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const was = head.getAttribute("aria-sort");
        all("th", table).forEach((other) => other.removeAttribute("aria-sort"));
        const now = { null: "ascending", ascending: "descending" }[was];
        if (now) head.setAttribute("aria-sort", now);
        const isNumber = head.hasAttribute("data-number");
        order = now ? { place, isNumber, sign: now === "ascending" ? 1 : -1 } : null;
        choose();
      });
    });

    if (rows.length > 10) {
      const search = make("input", { type: "search", id: `search-${index}`, autocomplete: "off" });
      search.addEventListener("input", () => {
        found = search.value;
        choose();
      });
      scroll.before(make("div", { class: "bar" }, make("label", {}, "Search", search)));
    } else {
      size = Math.max(rows.length, 1);
    }
    if (rows.length > size) {
      const sizes = make("select", { id: `size-${index}` });
      sizes.append(...[25, 100, rows.length].map((number) => make("option", { value: number }, count(number))));
      sizes.addEventListener("change", () => {
        size = Number(sizes.value);
        page = 0;
        draw();
      });
      told.before(make("div", { class: "bar" }, back, on, status, make("label", {}, "Rows at once", sizes)));
    } else if (rows.length > 10) {
      scroll.previousElementSibling.append(status);
    }
    draw();
  };
  all(".rg-table").filter((table) => !table.querySelector(".rg-gap")).forEach(enhance);

  // What does not scroll needs no stop of the keyboard.
  const stops = () =>
    all(".rg-scroll,pre").forEach((one) => {
      if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
      else one.removeAttribute("tabindex");
    });
  addEventListener("resize", stops);
  document.addEventListener("toggle", stops, true);
  stops();
})();
