// Single keys, for those who listen to many calls; they can be turned off, then only the axis takes keys.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const KEPT = "single-keys";

export function listenToKeys({ player, axis, transcript, copyLink }) {
  const on = document.getElementById("keys-on");
  on.checked = localStorage.getItem(KEPT) !== "off";
  on.addEventListener("change", () => localStorage.setItem(KEPT, on.checked ? "on" : "off"));
  const plot = document.getElementById("plot");
  const speed = document.getElementById("speed");

  const go = (at) => {
    if (at === null) return;
    player.seek(at);
    axis.reveal(at);
  };
  const faster = (by) => {
    const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(Number(speed.value)) + by))];
    speed.value = String(next);
    player.setSpeed(next);
  };
  const keys = {
    " ": () => player.toggle(), k: () => player.toggle(),
    ",": () => go(transcript.step("words", player.time, -1)), ".": () => go(transcript.step("words", player.time, 1)),
    "[": () => player.loopFrom(), "]": () => player.loopTo(), "\\": () => player.loop(null),
    "<": () => faster(-1), ">": () => faster(1),
    "+": () => axis.zoom(0.5), "=": () => axis.zoom(0.5), "-": () => axis.zoom(2), 0: () => axis.showAll(),
    l: copyLink, "?": () => document.getElementById("keys").showModal(),
  };
  const onAxis = {
    ArrowUp: () => go(transcript.step("turns", player.time, -1)), ArrowDown: () => go(transcript.step("turns", player.time, 1)),
    Home: () => go(0), End: () => go(player.call.seconds), PageUp: () => go(player.time - 30), PageDown: () => go(player.time + 30),
    Enter: () => player.toggle(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const here = event.target;
    const focused = here === plot;
    if (!focused && (!on.checked || here.closest("input, select, textarea, [contenteditable]"))) return;
    // A button or a link keeps what the browser does with these keys.
    if (!focused && here.closest("button, a, summary") && (event.key === " " || event.key === "Enter")) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const act = step ? () => go(player.time + step * (event.shiftKey ? 5 : 1)) : (focused && onAxis[event.key]) || keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (step && here.closest(".sheet, .turns, pre"))) return;
    event.preventDefault();
    act();
  });
}
