// A grid of which only the tiles in sight are there, however many it has.

const MARGIN = 600; // pixels above and below the window that are drawn too

class Grid {
  /** `tile(index)` makes the button of one; `least` is the width in pixels that it needs, `under` what is below it. */
  constructor(container, { tile, least, under, open }) {
    Object.assign(this, { container, tile, least, under, open });
    this.shown = new Map();
    this.count = 0;
    this.current = 0;
    container.setAttribute("role", "list");
    container.addEventListener("keydown", (event) => this.move(event));
    container.addEventListener("click", (event) => {
      const cell = event.target.closest(".cell");
      if (cell) this.open((this.current = Number(cell.dataset.index)));
    });
    for (const moved of ["scroll", "resize"]) addEventListener(moved, () => this.draw(), { passive: true });
    new ResizeObserver(() => this.layOut()).observe(container);
  }

  /** Show so many, from the beginning. */
  show(count) {
    this.count = count;
    this.current = 0;
    this.clear();
    this.layOut();
  }

  clear() {
    for (const cell of this.shown.values()) cell.remove();
    this.shown.clear();
  }

  layOut() {
    const width = this.container.clientWidth;
    if (!width) return;
    this.columns = Math.max(2, Math.floor(width / this.least));
    this.width = width / this.columns;
    this.height = this.width + this.under;
    this.container.style.height = `${Math.ceil(this.count / this.columns) * this.height}px`;
    for (const [index, cell] of this.shown) this.place(cell, index);
    this.draw();
  }

  place(cell, index) {
    cell.style.width = `${this.width}px`;
    cell.style.height = `${this.height}px`;
    cell.style.left = `${(index % this.columns) * this.width}px`;
    cell.style.top = `${Math.floor(index / this.columns) * this.height}px`;
  }

  draw() {
    if (!this.container.clientWidth) return;
    const top = -this.container.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor((top - MARGIN) / this.height) * this.columns);
    const last = Math.min(this.count, Math.ceil((top + innerHeight + MARGIN) / this.height) * this.columns);
    for (const [index, cell] of this.shown) {
      if ((index < first || index >= last) && !cell.contains(document.activeElement)) {
        cell.remove();
        this.shown.delete(index);
      }
    }
    for (let index = first; index < last; index++) if (!this.shown.has(index)) this.add(index);
  }

  add(index) {
    const cell = element("div", {
      class: "cell", role: "listitem", "aria-posinset": index + 1, "aria-setsize": this.count, "data-index": index,
    });
    const button = this.tile(index);
    button.tabIndex = index === this.current ? 0 : -1;
    cell.append(button);
    this.place(cell, index);
    this.shown.set(index, cell);
    // Where the next tile is, so that the order for a screen reader is that on the screen.
    let next = index + 1;
    while (next < index + 4 * this.columns && !this.shown.has(next)) next++;
    this.container.insertBefore(cell, this.shown.get(next) ?? null);
  }

  /** Let a tile have the focus, in sight. */
  focus(index) {
    const before = this.shown.get(this.current)?.firstChild;
    if (before) before.tabIndex = -1;
    this.current = index;
    const top = this.container.getBoundingClientRect().top + Math.floor(index / this.columns) * this.height;
    const covered = parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom) || 0; // by a bar
    if (top < 0 || top + this.height > innerHeight - covered) scrollBy(0, top - (innerHeight - this.height) / 2);
    this.draw();
    const button = this.shown.get(index)?.firstChild;
    if (button) {
      button.tabIndex = 0;
      button.focus({ preventScroll: true });
    }
  }

  move(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
    const ends = { Home: 0, End: this.count - 1 }[event.key];
    const wanted = step ? this.current + step : ends;
    if (wanted === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (wanted >= 0 && wanted < this.count) this.focus(wanted);
  }
}

/** The button of a tile: a picture, and lines under it. */
function tileOf(image, lines) {
  const frame = element("span", { class: "frame" }, image);
  return element("button", { type: "button", class: "tile" }, frame, ...lines.map(([kind, line]) => element("span", { class: kind }, line)));
}
