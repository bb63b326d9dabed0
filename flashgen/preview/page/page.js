"use strict";
// The page around the card: the list and its filters, the keys, what is new, and the wall of all cards.

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const embedded = $("data");
const night = matchMedia("(prefers-color-scheme: dark)");

const state = {
  version: 0,
  entries: new Map(),
  styles: {},
  cards: [],
  found: [],
  current: "",
  side: "front",
  gone: false,
  typed: "",
  dark: false,
  wall: false,
};
// What the server was asked for once: both sides of a card, by its name and what it was made of.
const sides = new Map();
const SIDES = 400;

// --- What there is

/** The name of a card: that of its note, and its ordinal. */
const nameOf = (card) => `${card.key}/${card.ordinal}`;
const cardNow = () => state.cards.find((card) => nameOf(card) === state.current);
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function take(told) {
  const before = state.cards;
  state.version = told.version;
  Object.assign(state.styles, told.styles);
  for (const [key, entry] of Object.entries(told.entries)) {
    entry.key = key;
    entry.words = folded([entry.text, entry.deck, entry.file, entry.id, ...entry.tags].join(" "));
    state.entries.set(key, entry);
  }
  const there = new Set(told.order);
  for (const key of state.entries.keys()) if (!there.has(key)) state.entries.delete(key);
  state.cards = told.order.flatMap((key) => {
    const entry = state.entries.get(key);
    return entry.cards.map((card) => ({ ...card, key, entry }));
  });
  document.title = `${told.project} – flashgen`;
  document.querySelector("h1").textContent = `${told.project}, as Anki shows it`;
  problem(told.problem);
  elsewhere(told.faults);
  choices();
  filter();
  if (before.length && state.current && !cardNow()) settle(before);
}

/** Where the open card is called otherwise now, since its question was edited before it was ever built, it stays open. */
function settle(before) {
  const old = new Set(before.map(nameOf));
  const gone = before.findIndex((card) => nameOf(card) === state.current);
  const place = (name) => state.cards.findIndex((card) => nameOf(card) === name);
  let start = 0;
  for (let index = gone - 1; index >= 0; index--) {
    const found = place(nameOf(before[index]));
    if (found >= 0) {
      start = found + 1;
      break;
    }
  }
  const next = state.cards[start];
  const was = before[gone];
  if (next && was && !old.has(nameOf(next)) && next.entry.file === was.entry.file && next.entry.kind === was.entry.kind) {
    const same = state.cards.find((card) => card.key === next.key && card.ordinal === was.ordinal);
    state.current = nameOf(same ?? next);
    remember();
  }
}

async function sidesOf(card) {
  const name = `${nameOf(card)} ${card.entry.content}`;
  if (!sides.has(name)) {
    sides.set(name, ask(card));
    if (sides.size > SIDES) sides.delete(sides.keys().next().value);
  }
  const found = await sides.get(name);
  if (!found) sides.delete(name);
  return found;
}

async function ask(card) {
  if (embedded) return data.cards[card.key][card.ordinal];
  const query = new URLSearchParams({ key: card.key, ordinal: card.ordinal });
  const answer = await fetch(`card?${query}`).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

// --- The list

const KINDS = { qa: "Q&A", cloze: "Cloze" };
const kindName = (kind) => KINDS[kind] ?? kind.replace(/^vocabulary:(.*)$/, "Vocabulary ($1)");

function choices() {
  const entries = [...state.entries.values()];
  options("deck", "All decks", entries.map((entry) => entry.deck));
  options("kind", "All kinds", entries.map((entry) => entry.kind), kindName);
  options("tag", "All tags", entries.flatMap((entry) => entry.tags).sort());
}

function options(id, all, values, named = (value) => value) {
  const select = $(id);
  const wanted = ["", ...new Set(values)];
  const chosen = select.value;
  if (wanted.join("\n") === [...select.options].map((one) => one.value).join("\n")) return;
  select.replaceChildren(...wanted.map((value) => new Option(value ? named(value) : all, value)));
  select.value = wanted.includes(chosen) ? chosen : "";
}

const pressed = (id) => $(id).getAttribute("aria-pressed") === "true";

function filter() {
  const words = folded($("search").value).split(/\s+/).filter(Boolean);
  const [deck, kind, tag] = ["deck", "kind", "tag"].map((id) => $(id).value);
  const [faulty, changed] = [pressed("faulty"), pressed("changed")];
  const fits = (entry) =>
    (!deck || entry.deck === deck) &&
    (!kind || entry.kind === kind) &&
    (!tag || entry.tags.includes(tag)) &&
    (!faulty || entry.faults.length > 0) &&
    (!changed || entry.changes.length > 0) &&
    words.every((word) => entry.words.includes(word));
  const wanted = new Set([...state.entries.values()].filter(fits).map((entry) => entry.key));
  state.found = state.cards.filter((card) => wanted.has(card.key));
  const entries = [...state.entries.values()];
  for (const [id, list] of [["faulty", "faults"], ["changed", "changes"]]) {
    $(id).querySelector("b").textContent = entries.filter((entry) => entry[list].length).length;
  }
  const all = state.cards.length;
  const some = state.found.length;
  $("count").textContent = some === all ? plural(all, "card") : `${some} of ${plural(all, "card")}`;
  $("all").firstElementChild.textContent = $("count").textContent;
  rows();
  if (state.wall) build();
}

const list = new Rows($("list"), $("rows"), row);

function rows() {
  const shown = [];
  let [deck, file] = ["", ""];
  state.found.forEach((card, index) => {
    const { entry } = card;
    if (entry.deck !== deck || entry.file !== file) {
      if (entry.deck !== deck) shown.push({ kind: "deck", text: entry.deck, height: 34 });
      shown.push({ kind: "file", text: entry.file, height: 24 });
      [deck, file] = [entry.deck, entry.file];
    }
    shown.push({ kind: "card", card, index, height: 50 });
  });
  list.set(shown);
}

function row({ kind, text, card, index }) {
  const element = document.createElement("div");
  element.className = `row ${kind}`;
  if (kind !== "card") {
    element.textContent = text;
    element.setAttribute("aria-hidden", "true");
    return element;
  }
  const { entry } = card;
  const isOpen = nameOf(card) === state.current;
  element.id = `row-${index}`;
  element.setAttribute("role", "option");
  element.setAttribute("aria-selected", String(isOpen));
  element.setAttribute("aria-posinset", index + 1);
  element.setAttribute("aria-setsize", state.found.length);
  element.dataset.name = nameOf(card);
  const title = document.createElement("span");
  title.className = "title";
  title.dir = "auto";
  title.textContent = card.title || "(nothing to read)";
  const about = document.createElement("span");
  about.className = "about";
  about.textContent = `${card.name} · line ${entry.line}`;
  for (const mark of marks(entry)) about.append(" ", mark);
  element.append(title, about);
  return element;
}

function marks(entry) {
  const found = entry.changes.map((change) => ["change", change]);
  const errors = entry.faults.filter((fault) => fault.severity === "error").length;
  if (errors) found.push(["error", plural(errors, "error")]);
  if (entry.faults.length > errors) found.push(["warning", plural(entry.faults.length - errors, "warning")]);
  return found.map(([what, text]) => {
    const mark = document.createElement("span");
    mark.className = `mark ${what}`;
    mark.textContent = text;
    return mark;
  });
}

function reveal() {
  const number = list.rows.findIndex((one) => one.kind === "card" && nameOf(one.card) === state.current);
  list.reveal(number);
  list.draw();
  if (number >= 0) $("list").setAttribute("aria-activedescendant", `row-${list.rows[number].index}`);
  else $("list").removeAttribute("aria-activedescendant");
}

// --- Faults

function faultItem(fault) {
  const item = document.createElement("li");
  item.className = fault.severity;
  const place = document.createElement("button");
  place.type = "button";
  place.className = "copies";
  place.textContent = `${fault.file}:${fault.line}:${fault.column}`;
  place.title = "Copy the place";
  const what = document.createElement("p");
  const name = document.createElement("b");
  name.textContent = `${fault.severity}[${fault.rule}]`;
  what.append(name, ` ${fault.message}`);
  const help = document.createElement("p");
  help.className = "help";
  help.textContent = `help: ${fault.help}`;
  item.append(what, help, place);
  return item;
}

function elsewhere(faults) {
  const box = $("elsewhere");
  box.hidden = !faults.length;
  box.querySelector("summary").textContent = `${plural(faults.length, "fault")} outside of the cards`;
  box.querySelector("ul").replaceChildren(...faults.map(faultItem));
  if (!state.cards.length && faults.length) box.open = true;
}

function problem(text) {
  $("notice").hidden = !text;
  $("notice").textContent = text;
}

// --- The card

const frame = new CardFrame($("card"), {
  click: clicked,
  keydown: key,
  touchstart: touched,
  touchend: swiped,
});

let shows = 0;

/** Shows the open card. With `keep` it is the one that was there, and its learner is not to lose their place. */
async function show({ keep = false } = {}) {
  const turn = ++shows;
  const card = cardNow();
  const has = Boolean(card) || state.gone;
  $("card").hidden = !has;
  $("nothing").hidden = has;
  $("nothing").textContent = state.cards.length ? "No card fits the search." : "There are no cards here yet.";
  for (const id of ["flip", "place"]) $(id).disabled = !has;
  step();
  reveal();
  if (!card) {
    faults([]);
    return;
  }
  const { file, line } = card.entry;
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const [where, what] = $("place").children;
  [where.textContent, what.textContent] = [folder, `${file.slice(folder.length)}:${line}`];
  $("name").textContent = `${card.name} · ${card.entry.deck}`;
  $("card").title = `${card.name}, ${state.side}`;
  $("flip").textContent = state.side === "front" ? "Show answer" : "Show question";
  faults(card.entry.faults);
  const [found] = await Promise.all([sidesOf(card), frame.ready]);
  if (turn !== shows || !found) return;
  const input = keep ? frame.input : null;
  const [written, focused] = [input?.value ?? "", input && frame.document.activeElement === input];
  frame.show(found, { ...look(card), side: state.side, typed: state.typed, keep });
  if (frame.input) frame.input.value = written;
  const busy = document.activeElement?.matches("input, select, #list, dialog *");
  if (frame.input && (focused || (!keep && !busy && !("ontouchstart" in window)))) {
    frame.element.focus();
    frame.input.focus();
  }
  root.dataset.shown = `${state.version} ${state.current} ${state.side} ${card.entry.content}`;
}

const look = (card) => ({ dark: state.dark, style: state.styles[card.entry.type] ?? Object.values(state.styles)[0] ?? "" });

function faults(found) {
  $("faults").hidden = !found.length;
  $("faults").replaceChildren(...found.map(faultItem));
}

function open(name, { side = "front" } = {}) {
  state.current = name;
  state.side = side;
  state.typed = "";
  state.gone = false;
  if (!$("notice").dataset.lost) problem("");
  remember();
  show();
  const index = state.found.findIndex((card) => nameOf(card) === name);
  const card = cardNow();
  if (card) say(`Card ${index + 1} of ${state.found.length}: ${card.title}`);
}

function flip() {
  if (state.wall) {
    state.side = state.side === "front" ? "back" : "front";
    for (const element of $("wall").children) element.draw?.();
    return;
  }
  if (!cardNow()) return;
  if (state.side === "front") {
    state.typed = frame.input?.value ?? "";
    state.side = "back";
  } else {
    state.typed = "";
    state.side = "front";
  }
  silence();
  show();
  say(state.side === "back" ? "Answer" : "Question");
}

/** Goes on by so many cards of those that were found; a card that is not among them is taken for the nearest before. */
function go(by) {
  const { found } = state;
  if (!found.length) return;
  if (state.wall) {
    const tiles = [...$("wall").children];
    const at = tiles.indexOf(document.activeElement?.closest(".tile"));
    tiles[Math.min(tiles.length - 1, Math.max(0, at + by))].querySelector("button").focus();
    return;
  }
  let index = found.findIndex((card) => nameOf(card) === state.current);
  if (index < 0) {
    const at = state.cards.findIndex((card) => nameOf(card) === state.current);
    const before = found.filter((card) => state.cards.indexOf(card) <= at).length;
    index = by > 0 ? before - 1 : before;
  }
  const next = Math.min(found.length - 1, Math.max(0, index + by));
  silence();
  if (nameOf(found[next]) !== state.current) open(nameOf(found[next]));
}

function step() {
  const index = state.found.findIndex((card) => nameOf(card) === state.current);
  $("where").textContent = index < 0 ? "" : `${index + 1} / ${state.found.length}`;
  $("previous").disabled = index === 0 || !state.found.length;
  $("next").disabled = !state.found.length || index === state.found.length - 1;
}

function remember() {
  history.replaceState(null, "", `#${encodeURIComponent(state.current)}`);
}

// --- What is played

let playing = [];
let sound = null;
const FILMS = /\.(mp4|m4v|mov|webm|mkv|avi|mpe?g|ogv|3gp)$/i;

function silence() {
  playing = [];
  sound?.pause();
  window.speechSynthesis?.cancel();
}

async function playAll() {
  const card = cardNow();
  const found = card && (await sidesOf(card));
  if (found) play(state.side === "front" ? found.playedFront : found.playedBack);
}

function play(list) {
  silence();
  playing = [...list];
  following();
}

function following() {
  const one = playing.shift();
  if (!one) return;
  if (one.sound) {
    if (FILMS.test(one.sound)) {
      const film = $("player").querySelector("video");
      film.src = MEDIA + one.sound;
      $("player").showModal();
      film.play().catch(() => say("This browser cannot play the video"));
      return;
    }
    sound = new Audio(MEDIA + one.sound);
    sound.addEventListener("ended", following);
    sound.play().catch(() => say(`This browser cannot play ${one.sound}`));
    root.dataset.played = one.sound;
  } else {
    speak(one);
  }
}

function speak({ text, lang, voices, speed }) {
  const speech = window.speechSynthesis;
  // Others are on some server, which would be told what stands on the card.
  const here = (speech?.getVoices() ?? []).filter((voice) => voice.localService);
  const wanted = lang.toLowerCase();
  const spoken = (voice) => voice.lang.replace("_", "-").toLowerCase();
  const voice =
    here.find((one) => voices.includes(one.name)) ??
    here.find((one) => spoken(one) === wanted) ??
    here.find((one) => spoken(one).split("-")[0] === wanted.split("-")[0]);
  root.dataset.spoken = text;
  if (!voice) {
    say(`This machine has no voice for ${lang} in this browser; Anki would say “${text}”`, { seen: true });
    following();
    return;
  }
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  utterance.rate = speed;
  utterance.addEventListener("end", following);
  speech.speak(utterance);
}

async function playOne(mark) {
  const card = cardNow();
  const found = card && (await sidesOf(card));
  if (!found) return;
  const [side, number] = mark.split(":");
  play([(side === "q" ? found.playedFront : found.playedBack)[Number(number)]]);
}

// --- The wall

let near = null;

function build() {
  near?.disconnect();
  near = new IntersectionObserver(seen, { root: $("wall"), rootMargin: "600px" });
  const top = $("wall").scrollTop;
  $("wall").replaceChildren(...state.found.map(tile));
  $("wall").scrollTop = top;
  for (const element of $("wall").children) near.observe(element);
}

function tile(card) {
  const element = document.createElement("article");
  element.className = "tile";
  element.card = card;
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", `${card.title || card.name}, ${card.name}, ${card.entry.file} line ${card.entry.line}`);
  button.addEventListener("click", () => {
    const { side } = state;
    wall(false);
    open(nameOf(card), { side });
  });
  const foot = document.createElement("p");
  const [place, name] = [document.createElement("span"), document.createElement("span")];
  place.textContent = `${card.entry.file.split("/").at(-1)}:${card.entry.line}`;
  name.textContent = card.name;
  foot.append(place, name, ...marks(card.entry));
  element.append(foot, button);
  return element;
}

/** Only what can be seen has a frame. */
function seen(changes) {
  for (const { target, isIntersecting } of changes) {
    const shown = target.querySelector("iframe");
    if (!isIntersecting) {
      shown?.remove();
      target.draw = null;
    }
    if (isIntersecting && !shown) fill(target);
  }
}

async function fill(element) {
  const picture = document.createElement("iframe");
  picture.tabIndex = -1;
  picture.title = element.card.name;
  picture.setAttribute("aria-hidden", "true");
  const inside = new CardFrame(picture);
  element.prepend(picture);
  const [found] = await Promise.all([sidesOf(element.card), inside.ready]);
  element.draw = () => {
    if (picture.isConnected) inside.show(found, { ...look(element.card), side: state.side, keep: true });
  };
  if (found) element.draw();
}

function wall(on = !state.wall) {
  state.wall = on;
  $("wall").hidden = !on;
  $("all").hidden = !on;
  for (const id of ["stage", "steps", "faults", "what"]) $(id).classList.toggle("away", on);
  $("wall-switch").setAttribute("aria-pressed", String(on));
  if (on) {
    build();
    const open = [...$("wall").children].find((one) => nameOf(one.card) === state.current);
    open?.scrollIntoView({ block: "center" });
    (open ?? $("wall").firstElementChild)?.querySelector("button").focus({ preventScroll: true });
    say("All cards");
  } else {
    near?.disconnect();
    $("wall").replaceChildren();
    show();
  }
}

// --- Keys, clicks, swipes

function key(event) {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const writes = target.matches?.("input, textarea");
  const chooses = target.matches?.("select");
  if (writes && target.id === "typeans") {
    if (event.key === "Enter") stop(event, flip);
    else if (!target.value && event.key === "ArrowLeft") stop(event, () => go(-1));
    else if (!target.value && event.key === "ArrowRight") stop(event, () => go(1));
    else if (event.key === "Escape") stop(event, () => $("flip").focus());
    return;
  }
  if (event.key === "Escape") {
    stop(event, () => {
      if (writes && target.value) {
        target.value = "";
        filter();
      } else if (state.wall) wall(false);
      menu(false);
      $("flip").focus();
    });
    return;
  }
  if (writes) {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      stop(event, () => {
        if (state.found.length && !state.found.some((card) => nameOf(card) === state.current)) open(nameOf(state.found[0]));
        $("list").focus();
      });
    }
    return;
  }
  if (chooses) return;
  const acts = target.closest?.("button, a, summary, audio, video");
  const inList = target.id === "list";
  const does = {
    " ": acts && !acts.closest(".tile, #wall-switch") ? null : flip,
    Enter: acts ? null : inList ? () => (menu(false), $("flip").focus()) : flip,
    ArrowLeft: () => go(-1),
    ArrowRight: () => go(1),
    ArrowUp: inList ? () => go(-1) : null,
    ArrowDown: inList ? () => go(1) : null,
    Home: () => go(-state.found.length),
    End: () => go(state.found.length),
    "/": () => (menu(true), $("search").select()),
    c: () => copy($("place").textContent),
    d: theme,
    f: () => toggle("faulty"),
    g: () => toggle("changed"),
    h: () => frame.hint(),
    r: playAll,
    w: () => wall(),
    "?": () => $("keys").showModal(),
  }[event.key];
  if (does) stop(event, does);
}

function stop(event, does) {
  event.preventDefault();
  does();
}

/** A click on a card turns it over, unless it was meant for something on it. */
function clicked(event) {
  const target = event.target.closest?.("a, button, input, label, summary, audio, video, select, textarea");
  if (!target) {
    if (String(frame.document.getSelection())) return;
    flip();
    return;
  }
  if (target.localName !== "a") return;
  event.preventDefault();
  if (target.dataset.played) playOne(target.dataset.played);
  else if (target.classList.contains("hint")) CardFrame.open(target);
  else if (/^(https?|mailto|tel):/.test(target.getAttribute("href") ?? "")) {
    window.open(target.getAttribute("href"), "_blank", "noopener,noreferrer");
  }
}

let start = null;

function touched(event) {
  const [finger] = event.touches;
  start = event.touches.length === 1 && !scrolls(event.target) ? [finger.screenX, finger.screenY] : null;
}

function swiped(event) {
  if (!start) return;
  const [finger] = event.changedTouches;
  const [across, down] = [finger.screenX - start[0], finger.screenY - start[1]];
  start = null;
  if (Math.abs(across) > 60 && Math.abs(down) < Math.abs(across) / 2) go(across < 0 ? 1 : -1);
}

/** Whether a finger there moves what is too wide for the card. */
function scrolls(element) {
  for (let one = element; one?.parentElement && one.localName !== "body"; one = one.parentElement) {
    if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible") return true;
  }
  return false;
}

function toggle(id) {
  $(id).setAttribute("aria-pressed", String(!pressed(id)));
  narrowed();
}

/** After another search the first card of those that were found is open, unless the open one is among them. */
function narrowed() {
  filter();
  if (state.found.length && !state.found.some((card) => nameOf(card) === state.current)) open(nameOf(state.found[0]));
  else show({ keep: true });
  say(plural(state.found.length, "card"));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied ${text}`, { seen: true });
  } catch {
    say(text, { seen: true });
  }
}

function menu(on) {
  document.body.classList.toggle("menu", on);
  $("menu").setAttribute("aria-expanded", String(on));
}

function theme() {
  dark(!state.dark);
  try {
    localStorage.setItem("flashgen-dark", String(state.dark));
  } catch {
    // Where nothing may be kept, the next page is as the system is.
  }
}

/** Whether dark or light was chosen on an earlier page: null where it was not, or nothing may be kept. */
function chosenDark() {
  try {
    return localStorage.getItem("flashgen-dark");
  } catch {
    return null;
  }
}

function dark(on) {
  state.dark = on;
  root.dataset.theme = on ? "dark" : "light";
  $("theme").setAttribute("aria-pressed", String(on));
  if (state.wall) build();
  else if (state.version) show({ keep: true });
}

let hiding = 0;

/** Tells a screen reader, and with `seen` everybody. */
function say(text, { seen = false } = {}) {
  $("status").textContent = text;
  $("status").classList.toggle("seen", seen);
  clearTimeout(hiding);
  if (seen) hiding = setTimeout(() => $("status").classList.remove("seen"), 4000);
}

// --- What is new

let asking = Promise.resolve();

function listen() {
  const news = new EventSource("news");
  news.addEventListener("message", (event) => {
    const { instance, version } = JSON.parse(event.data);
    // Another run of flashgen may be another flashgen.
    if (instance !== root.dataset.instance) location.reload();
    delete $("notice").dataset.lost;
    problem("");
    asking = asking.then(() => (version === state.version ? null : update()));
  });
  news.addEventListener("error", () => {
    $("notice").dataset.lost = "1";
    problem("flashgen is not running any more. Start it again, and this page goes on where it was.");
  });
}

async function update() {
  const answer = await fetch(`cards?since=${state.version}`).catch(() => null);
  if (!answer?.ok) return;
  const told = await answer.json();
  const first = !state.version;
  take(told);
  if (first || !state.current) begin();
  else {
    const card = cardNow();
    state.gone = !card;
    if (!card && state.current) problem("This card is no longer in the sources, or its file cannot be read now.");
    if (!state.wall) show({ keep: true });
  }
  root.dataset.version = state.version;
}

function begin() {
  const wanted = location.hash.slice(1);
  const there = state.cards.find((card) => encodeURIComponent(nameOf(card)) === wanted);
  if (state.cards.length) open(nameOf(there ?? state.cards[0]));
  else show();
}

const data = embedded ? JSON.parse(embedded.textContent) : null;

const kept = chosenDark();
dark(kept === null ? night.matches : kept === "true");
night.addEventListener("change", () => chosenDark() === null && dark(night.matches));
for (const id of ["deck", "kind", "tag"]) $(id).addEventListener("change", narrowed);
for (const id of ["faulty", "changed"]) $(id).addEventListener("click", () => toggle(id));
$("search").addEventListener("input", narrowed);
$("rows").addEventListener("click", (event) => {
  const name = event.target.closest("[data-name]")?.dataset.name;
  if (!name) return;
  if (state.wall) wall(false);
  open(name);
  menu(false);
});
document.addEventListener("click", (event) => {
  const place = event.target.closest(".copies, #place");
  if (place) copy(place.textContent);
});
document.addEventListener("keydown", key);
$("stage").addEventListener("touchstart", touched, { passive: true });
$("stage").addEventListener("touchend", swiped, { passive: true });
$("previous").addEventListener("click", () => go(-1));
$("next").addEventListener("click", () => go(1));
for (const id of ["flip", "turn"]) $(id).addEventListener("click", flip);
$("wall-switch").addEventListener("click", () => wall());
$("theme").addEventListener("click", theme);
$("keys-switch").addEventListener("click", () => $("keys").showModal());
$("menu").addEventListener("click", () => menu(!document.body.classList.contains("menu")));
$("close").addEventListener("click", () => menu(false));
$("player").addEventListener("close", () => $("player").querySelector("video").pause());
if (data) {
  take(data);
  begin();
  root.dataset.version = state.version;
} else {
  listen();
}
