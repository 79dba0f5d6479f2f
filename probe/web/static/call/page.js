// The page of one call: the audio, the axis and the conversation show one instant together.
//
//   player ── "time" ──▶ axis (cursor), transcript (word), clock
//   axis, transcript, buttons, keys, address ── seek ──▶ player

import { Axis } from "./axis.js";
import { listenToKeys } from "./keys.js";
import { follow } from "./live.js";
import { Player } from "./player.js";
import { reviewForm } from "./review.js";
import { Transcript } from "./transcript.js";
import { clock, tr } from "../words.js";

const byId = (id) => document.getElementById(id);
const call = JSON.parse(byId("axis-data").textContent);
const player = new Player(byId("audio"), call);
const transcript = new Transcript(byId("turns"), byId("follow"));
const axis = new Axis(byId("axis"), call, { seek: (at) => player.seek(at), loop: (from, to) => player.loop(from, to) });

function say(text) {
  byId("announce").textContent = text;
}

let shown = "";
player.onTime = (at) => {
  axis.setTime(at, player.playing);
  transcript.setTime(at);
  const text = clock(at);
  if (text === shown) return;
  shown = text;
  byId("now").value = byId("mini-now").value = text;
  const plot = byId("plot");
  plot.setAttribute("aria-valuenow", at.toFixed(1));
  plot.setAttribute("aria-valuetext", text);
};
player.onState = () => {
  for (const button of [byId("play"), byId("mini-play")]) {
    button.classList.toggle("playing", player.playing);
    button.setAttribute("aria-label", player.playing ? tr("Pause", "暂停") : tr("Play", "播放"));
  }
};
player.onLoop = (span) => {
  axis.setLoop(span);
  byId("loop-off").hidden = !span;
};

byId("play").addEventListener("click", () => player.toggle());
byId("mini-play").addEventListener("click", () => player.toggle());
byId("speed").addEventListener("change", (event) => player.setSpeed(Number(event.target.value)));
byId("channel").addEventListener("change", (event) => player.setChannel(event.target.value));
byId("loop-from").addEventListener("click", () => player.loopFrom());
byId("loop-to").addEventListener("click", () => player.loopTo());
byId("loop-off").addEventListener("click", () => player.loop(null));
byId("zoom-in").addEventListener("click", () => axis.zoom(0.5));
byId("zoom-out").addEventListener("click", () => axis.zoom(2));
byId("zoom-all").addEventListener("click", () => axis.showAll());
byId("help").addEventListener("click", () => byId("keys").showModal());

const addressOf = (at) => `${location.origin}${location.pathname}#t=${at.toFixed(1)}`;
async function copyLink() {
  history.replaceState(null, "", `#t=${player.time.toFixed(1)}`);
  try {
    await navigator.clipboard.writeText(addressOf(player.time));
    say(tr("The link was copied.", "链接已复制。"));
    flash(byId("link"), tr("Copied", "已复制"));
  } catch {
    flash(byId("link"), tr("In the address bar", "见地址栏")); // no clipboard without HTTPS
  }
}
function flash(button, text) {
  button.dataset.text ??= button.textContent;
  button.textContent = text;
  setTimeout(() => (button.textContent = button.dataset.text), 1600);
}
byId("link").addEventListener("click", copyLink);

// Everything with an instant goes there: times of turns, words, clocks, SIP messages.
document.addEventListener("click", (event) => {
  const aim = event.target.closest("[data-seek], .words [data-at]");
  if (aim) player.seek(Number(aim.dataset.seek ?? aim.dataset.at));
});

function fromAddress() {
  const found = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (found) {
    player.seek(Number(found[1]));
    axis.reveal(Number(found[1]));
  }
}
addEventListener("hashchange", fromAddress);

// While the player is out of sight, a small one stays.
new IntersectionObserver(([deck]) => {
  byId("mini").hidden = deck.isIntersecting || !call.audio;
}).observe(byId("play"));

listenToKeys({ player, axis, transcript, copyLink });
const refresh = follow(call, (fresh) => {
  axis.setCall(fresh);
  player.setCall(fresh);
  transcript.read();
  byId("total").textContent = clock(fresh.seconds);
  byId("plot").setAttribute("aria-valuemax", fresh.seconds.toFixed(1));
  if (!fresh.running) checkAudio();
}, (page) => {
  // A call can be reviewed once it is over.
  byId("reviewing").replaceChildren(...page.getElementById("reviewing").childNodes);
  reviewForm(byId("review"), refresh, say);
});
reviewForm(byId("review"), refresh, say);
fromAddress();

async function checkSeal() {
  const box = byId("seal");
  if (!box) return;
  const answer = await fetch(`/api/calls/${encodeURIComponent(box.dataset.name)}/seal`);
  if (!answer.ok) return;
  const { state, short, lines } = await answer.json();
  box.dataset.state = state;
  box.firstElementChild.textContent = short;
  byId("seal-lines").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

async function checkAudio() {
  checkSeal();
  const box = byId("integrity");
  if (!box || box.dataset.state === "removed") return;
  const answer = await fetch(`/api/calls/${encodeURIComponent(box.dataset.name)}/integrity`);
  if (!answer.ok) return;
  const { state, sha256 } = await answer.json();
  box.dataset.state = state;
  box.title = `SHA-256 ${sha256}`;
  box.textContent = {
    intact: tr("unchanged since the call", "与通话时一致，未改动"),
    altered: tr("NOT the audio of this call: it was altered", "与时间线不符，音频被改动过"),
    unsealed: tr("not sealed: the call was not completed", "未封存：通话尚未结束或被中断"),
    removed: tr("removed", "已删除"),
  }[state];
}
if (!call.running) checkAudio();
document.documentElement.dataset.ready = "yes";
