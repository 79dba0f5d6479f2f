// Calls that are going on now, above the list; asked for every two seconds while somebody looks.

import { clock, element, tr } from "./words.js";

const box = document.getElementById("running");
const before = Number(box.dataset.total);

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch("/api/running");
      if (answer.ok) show(await answer.json());
    } catch {
      // The server is away for a moment; the next look may find it.
    }
  }
  setTimeout(look, 2000);
}

function show({ total, calls }) {
  const rows = calls.map((call) =>
    element("a", { href: `/calls/${encodeURIComponent(call.id)}` },
      element("span", { class: "live" }, element("span", { class: "dot" }), clock(call.seconds, 0)),
      element("b", {}, call.hotline || call.id), element("span", {}, call.caller), element("span", { class: "last" }, call.last)));
  if (before >= 0 && total > before) {
    rows.push(element("a", { class: "fresh", href: location.href }, tr(`${total - before} new calls: show them`, `有 ${total - before} 通新电话，点击显示`)));
  }
  box.replaceChildren(...rows);
  box.hidden = !rows.length;
}

look();
