"use strict";
// A card in a document of its own, as Anki's reviewer has it: there its style means what it means in Anki, and whatever
// its HTML does stays in it. The frame is sandboxed without scripts, and its own policy runs none either; what a card
// needs (hints, sounds, typing) is done from outside.

const MEDIA = "media/";
const REVIEWER = `
body { margin: 20px; overflow-wrap: break-word; }
img { max-width: 100%; max-height: 95vh; }
hr { background: #ccc; }
#typeans { box-sizing: border-box; width: 100%; line-height: 1.75; }
code#typeans { font-variant-ligatures: none; white-space: pre-wrap; }
.typeGood { background: #afa; color: black; }
.typeBad { background: #faa; color: black; }
.typeMissed { background: #ccc; color: black; }
.replay-button { display: inline-block; margin: 3px; }
.replay-button svg { width: 40px; height: 40px; vertical-align: middle; }
.replay-button svg circle { fill: #fff; stroke: #414141; }
.replay-button svg path { fill: #414141; }
math[display="block"] { overflow: auto hidden; }
@media (hover: none) { html { cursor: pointer; } } /* without it, a tap on text is no click for iOS */
`;
const PLAY =
  '<svg class="playImage" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="29"/><path d="M24 17 L50 32 L24 47 Z"/></svg>';

// WebKit gives no event of a sandboxed document to anybody (its bug 218086) unless scripts are allowed in it; then the
// policy of the frame is what keeps them from running.
let sandbox = "allow-same-origin";
const sandboxIsKnown = new Promise((resolve) => {
  const probe = document.createElement("iframe");
  probe.hidden = true;
  probe.tabIndex = -1;
  probe.setAttribute("sandbox", sandbox);
  probe.srcdoc = "<!doctype html>";
  probe.addEventListener("load", () => {
    let heard = false;
    probe.contentDocument.addEventListener("probe", () => (heard = true));
    probe.contentDocument.dispatchEvent(new Event("probe"));
    if (!heard) sandbox = "allow-same-origin allow-scripts";
    probe.remove();
    resolve();
  });
  document.documentElement.append(probe);
});

class CardFrame {
  /** `listeners` are functions by the names of events that come from the card's document. */
  constructor(element, listeners = {}) {
    this.element = element;
    this.ready = sandboxIsKnown.then(
      () =>
        new Promise((resolve) => {
          element.setAttribute("sandbox", sandbox);
          element.addEventListener("load", () => {
            // A card that led its frame elsewhere is put out of it.
            if (!this.isThere) {
              element.srcdoc += "";
              return;
            }
            for (const [name, listener] of Object.entries(listeners)) {
              element.contentDocument.addEventListener(name, listener, { passive: name.startsWith("touch") });
            }
            resolve();
          });
          element.srcdoc =
            "<!doctype html><html lang><head><meta charset=utf-8>" +
            `<meta http-equiv="Content-Security-Policy" content="script-src 'none'"><base href="${MEDIA}">` +
            `<title>Card</title><style>${REVIEWER}</style><style></style></head>` +
            '<body class="card"><div id="qa"></div></body></html>';
        }),
    );
  }

  get isThere() {
    return Boolean(this.document?.getElementById("qa"));
  }

  get document() {
    return this.element.contentDocument;
  }

  get input() {
    return this.document?.querySelector("input#typeans") ?? null;
  }

  /** Shows one side of a card. `typed` is what the learner has typed; where the same side is there already, its place is kept. */
  show(card, { side, dark, style, typed = "", keep = false }) {
    if (!this.isThere) return;
    const page = this.document;
    const [left, top] = [page.scrollingElement.scrollLeft, page.scrollingElement.scrollTop];
    const night = dark ? " nightMode night_mode" : "";
    page.documentElement.className = night.trim();
    page.documentElement.style.colorScheme = dark ? "dark" : "light";
    page.body.className = `card card${card.ordinal + 1}${night}`;
    const sheet = page.querySelectorAll("style")[1];
    if (sheet.textContent !== style) sheet.textContent = style;
    page.getElementById("qa").innerHTML = CardFrame.reviewed(card, side, typed);
    page.scrollingElement.scrollTo(keep ? left : 0, keep ? top : 0);
    if (side === "back" && !keep) page.getElementById("answer")?.scrollIntoView();
  }

  /** The HTML of a side with what the reviewer puts in: buttons for what is played, and a field or a comparison. */
  static reviewed(card, side, typed) {
    const html = card[side]
      .replace(
        /\[anki:play:([qa]):(\d+)\]/g,
        (_, where, number) =>
          `<a class="replay-button soundLink" href="#" role="button" aria-label="Play" draggable="false" data-played="${where}:${number}">${PLAY}</a>`,
      )
      // A hint is opened from outside; its own script would only be complained of.
      .replace(/(<a class=hint href="#")\s+onclick="[^"]*"/g, "$1");
    const font = "font-family: 'Arial'; font-size: 20px;";
    if (card.typed === null) return html.replace(/\[\[type:.+?\]\]/g, "");
    if (side === "front") {
      const field = `<center><input type=text id=typeans aria-label="Type the answer" autocomplete="off" autocapitalize="off" spellcheck="false" style="${font}"></center>`;
      return html.replace(/\[\[type:.+?\]\]/g, () => field);
    }
    // As the reviewer does it: the rule stands above what was typed, so that it is seen where the front is repeated.
    const without = html.replaceAll("<hr id=answer>", "");
    const rule = without === html ? "" : "<hr id=answer>";
    const result = `${rule}<div style="${font}">${compared(card.typed, typed)}</div>`;
    return /\[\[type:.+?\]\]/.test(html) ? without.replace(/\[\[type:.+?\]\]/g, () => result) : html;
  }

  /** Opens the first hint that is still closed; whether there was one. */
  hint() {
    const link = [...this.document.querySelectorAll("a.hint")].find((one) => one.style.display !== "none");
    if (link) CardFrame.open(link);
    return Boolean(link);
  }

  static open(link) {
    link.style.display = "none";
    if (link.nextElementSibling) link.nextElementSibling.style.display = "block";
  }
}
