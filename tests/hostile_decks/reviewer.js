// What Anki's reviewer does with a side of a card, in a page that tells whatever a card should not have done.
(() => {
  const told = [];
  const tell = (what) => told.push(what);
  for (const name of ["alert", "confirm", "prompt", "print", "open", "pycmd", "bridgeCommand"]) {
    window[name] = () => tell(`${name} was called`);
  }
  const own = { pycmd: window.pycmd, bridgeCommand: window.bridgeCommand, MathJax: (window.MathJax = {}) };
  const qa = document.getElementById("qa");
  const base = document.baseURI;

  const ELEMENTS = new Set(
    `a audio b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption
    figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rb rp rt rtc ruby s samp small source span
    strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr center input`.split(/\s+/),
  );
  const ATTRIBUTES = new Set(
    `class dir lang style title align href src poster controls loop muted preload span open color face size alt width
    height value start type reversed colspan rowspan valign scope datetime data-cloze data-ordinal`.split(/\s+/),
  );
  const ADDRESS = /^(https?:\/\/[^/\\]|mailto:|tel:|#)/;
  const STYLE = /position|z-index|url|@|\\|expression|inset|transform|animation|opacity|image|filter|cursor/i;
  // What Anki's own filters write.
  const HINT = /^this\.style\.display='none';\s*document\.getElementById\('hint[0-9a-f]+'\)\.style\.display='block';\s*return false;$/;

  function allowedAttribute(element, name, value, media) {
    if (element.classList.contains("hint")) {
      if (name === "onclick" && element.tagName === "A") return HINT.test(value.trim());
      if (name === "draggable") return element.tagName === "A" && value === "false";
      if (name === "id" && element.tagName === "DIV") return /^hint[0-9a-f]+$/.test(value);
    }
    if (name === "id") {
      if (value === "typeans") return element.tagName === "INPUT" || element.tagName === "CODE";
      return value === "answer" && element.tagName === "HR";
    }
    if (!ATTRIBUTES.has(name)) return false;
    if (name === "href") return ADDRESS.test(value);
    if (name === "src" || name === "poster") return value === "" || media.has(value);
    if (name === "style") return !STYLE.test(value) || element.matches("div.hint[style='display: none']");
    return true;
  }

  // The text between block tags as MathJax reads it: over line breaks and comments, not into code.
  function texts(node, out = [""]) {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) out[out.length - 1] += child.data;
      else if (child.nodeType !== Node.ELEMENT_NODE || child.tagName === "WBR") continue;
      else if (child.tagName === "BR") out[out.length - 1] += "\n";
      else {
        out.push("");
        if (!/^(SCRIPT|NOSCRIPT|STYLE|TEXTAREA|PRE|CODE)$/.test(child.tagName)) texts(child, out);
        out.push("");
      }
    }
    return out;
  }

  function formulas(text) {
    const found = [];
    const opening = /\\[([]/g;
    for (let match; (match = opening.exec(text)); ) {
      const start = match.index + 2;
      const end = match[0] === "\\(" ? ")" : "]";
      let depth = 0;
      let stop = start;
      for (; stop < text.length; stop++) {
        if (text[stop] === "\\") {
          if (text[stop + 1] === end && !depth) break;
          stop++;
        } else if (text[stop] === "{") depth++;
        else if (text[stop] === "}" && depth) depth--;
      }
      // A formula without an end is none for MathJax.
      if (stop < text.length) {
        found.push(text.slice(start, stop));
        opening.lastIndex = stop + 2;
      }
    }
    return found;
  }
  const REACHES = /\\(href|class|style|cssId|data|require|mmlToken|fcolorbox|U\s*\{|(bbox|unicode)\s*\[[^\]]*[;(#\\])/;

  function inspect(media) {
    for (const element of qa.querySelectorAll("*")) {
      const tag = element.localName;
      if (!ELEMENTS.has(tag) || element.namespaceURI !== "http://www.w3.org/1999/xhtml") tell(`<${tag}> is there`);
      if (tag === "input" && element.id !== "typeans") tell("an <input> is there");
      for (const { name, value } of element.attributes) {
        if (!allowedAttribute(element, name, value, media)) tell(`<${tag} ${name}="${value}"> is there`);
      }
      if (element.hasAttribute("style") && getComputedStyle(element).position !== "static") {
        tell(`<${tag}> is placed: ${element.getAttribute("style")}`);
      }
      if (tag === "a" && !ADDRESS.test(element.getAttribute("href") ?? "#")) element.click();
    }
    for (const text of texts(qa)) {
      for (const formula of formulas(text)) if (REACHES.test(formula)) tell(`a formula reaches out: ${formula}`);
    }
    if (document.getElementById("qa") !== qa || document.baseURI !== base) tell("the page is another");
    for (const name in own) if (window[name] !== own[name]) tell(`${name} is another`);
  }

  // As in Anki: the HTML is put in, and scripts that came with it are made anew, since otherwise they would not run.
  function show(html) {
    qa.innerHTML = html;
    for (const old of qa.getElementsByTagName("script")) {
      const script = document.createElement("script");
      for (const { name, value } of old.attributes) script.setAttribute(name, value);
      script.appendChild(document.createTextNode(old.innerHTML));
      old.parentNode.replaceChild(script, old);
    }
  }

  window.study = (sides, names) => {
    const media = new Set(names);
    return sides.map((html) => {
      told.length = 0;
      show(html);
      inspect(media);
      return told.slice();
    });
  };
  window.later = () => told.splice(0);
})();
