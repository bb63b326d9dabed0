"use strict";
// The list of cards: of thousands of rows only those that can be seen are in the document.

class Rows {
  /** `build` makes the element of a row, all of which have their `height` in pixels. */
  constructor(list, inner, build) {
    this.list = list;
    this.inner = inner;
    this.build = build;
    this.rows = [];
    this.tops = [0];
    list.addEventListener("scroll", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(list);
  }

  /** Shows other rows; where the list was scrolled to stays as far as it can. */
  set(rows) {
    this.rows = rows;
    this.tops = [0];
    for (const row of rows) this.tops.push(this.tops.at(-1) + row.height);
    this.inner.style.height = `${this.tops.at(-1)}px`;
    this.draw();
  }

  draw() {
    const above = this.list.scrollTop - 200;
    const below = this.list.scrollTop + this.list.clientHeight + 200;
    let first = this.at(above);
    const shown = [];
    for (; first < this.rows.length && this.tops[first] < below; first++) {
      const element = this.build(this.rows[first]);
      element.style.top = `${this.tops[first]}px`;
      shown.push(element);
    }
    this.inner.replaceChildren(...shown);
  }

  /** The number of the row at a height. */
  at(height) {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle + 1] <= height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Scrolls as little as shows the row. */
  reveal(number) {
    if (number < 0) return;
    const { list } = this;
    const [top, bottom] = [this.tops[Math.max(0, number - 1)], this.tops[number + 1]];
    if (top < list.scrollTop) list.scrollTop = top;
    else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
  }
}
