"use strict";
// What Anki shows of a typed answer beside the right one. Tests hold it against Anki's own comparison.

/** HTML of text, with the references that Anki writes. */
function escaped(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
  return text.replace(/[&<>"']/g, (letter) => names[letter]);
}

/** The HTML that takes the place of the field to type in: `expected` is plain text, `typed` what the learner wrote. */
function compared(expected, typed) {
  if (!typed) return `<code id=typeans>${escaped(expected)}</code>`;
  const right = [...expected.normalize("NFC")];
  const given = [...typed.normalize("NFC")];
  if (right.join("") === given.join("")) {
    return `<code id=typeans><span class=typeGood>${escaped(right.join(""))}</span></code>`;
  }
  const above = [];
  const below = [];
  let [i, j] = [0, 0];
  const differ = (iEnd, jEnd) => {
    if (iEnd > i) above.push(["Bad", given.slice(i, iEnd)]);
    else if (jEnd > j) above.push(["Missed", Array(jEnd - j).fill("-")]);
    if (jEnd > j) below.push(["Missed", right.slice(j, jEnd)]);
  };
  for (const [start, other, length] of matches(given, right)) {
    differ(start, other);
    [i, j] = [start + length, other + length];
    above.push(["Good", given.slice(start, i)]);
    below.push(["Good", right.slice(other, j)]);
  }
  differ(given.length, right.length);
  const html = (parts) =>
    parts.map(([kind, letters]) => `<span class=type${kind}>${escaped(standing(letters.join("")))}</span>`).join("");
  return `<code id=typeans>${html(above)}<br><span id=typearrow>&darr;</span><br>${html(below)}</code>`;
}

/** Text that an accent begins, with a space for it to stand on. */
function standing(text) {
  return /^\p{M}/u.test(text) ? `\u00a0${text}` : text;
}

/** The longest runs of letters that two texts share in the same order: triples of both starts and the length. */
function matches(a, b) {
  const places = new Map();
  b.forEach((letter, place) => {
    if (!places.has(letter)) places.set(letter, []);
    places.get(letter).push(place);
  });
  const longest = (aStart, aEnd, bStart, bEnd) => {
    let [bestA, bestB, size] = [aStart, bStart, 0];
    let lengths = new Map();
    for (let i = aStart; i < aEnd; i++) {
      const now = new Map();
      for (const j of places.get(a[i]) ?? []) {
        if (j < bStart) continue;
        if (j >= bEnd) break;
        const length = (lengths.get(j - 1) ?? 0) + 1;
        now.set(j, length);
        if (length > size) [bestA, bestB, size] = [i - length + 1, j - length + 1, length];
      }
      lengths = now;
    }
    while (bestA > aStart && bestB > bStart && a[bestA - 1] === b[bestB - 1]) [bestA, bestB, size] = [bestA - 1, bestB - 1, size + 1];
    while (bestA + size < aEnd && bestB + size < bEnd && a[bestA + size] === b[bestB + size]) size++;
    return [bestA, bestB, size];
  };
  const found = [];
  const open = [[0, a.length, 0, b.length]];
  while (open.length) {
    const [aStart, aEnd, bStart, bEnd] = open.pop();
    const [i, j, size] = longest(aStart, aEnd, bStart, bEnd);
    if (!size) continue;
    found.push([i, j, size]);
    open.push([aStart, i, bStart, j], [i + size, aEnd, j + size, bEnd]);
  }
  found.sort((one, other) => one[0] - other[0]);
  const joined = [];
  for (const [i, j, size] of found) {
    const last = joined.at(-1);
    if (last && last[0] + last[2] === i && last[1] + last[2] === j) last[2] += size;
    else joined.push([i, j, size]);
  }
  return joined;
}
