// A call that is going on is asked for once a second; only the parts of the page that tell of it are put in anew.

const EVERY = 1000; // milliseconds

// Puts in what is new; `changed` gets the new call's data, `over` the new page when the call has ended. Returns a function
// that does it once, whatever the version.
export function follow(call, changed, over) {
  let version = call.version;
  let running = call.running;

  async function refresh(known = "") {
    const answer = await fetch(location.pathname + location.search, { headers: { "x-known-version": known } });
    if (answer.status !== 200) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const data = fresh.getElementById("axis-data");
    if (!data) return;
    const parsed = JSON.parse(data.textContent);
    for (const part of fresh.querySelectorAll("[data-live]")) {
      const old = document.getElementById(part.id);
      if (old && old.innerHTML !== part.innerHTML && !holdsFocus(old)) old.replaceChildren(...part.childNodes);
    }
    version = parsed.version;
    changed(parsed);
    if (running && !parsed.running) {
      running = false;
      over(fresh);
    }
  }

  async function look() {
    if (!document.hidden) {
      try {
        await refresh(version);
      } catch {
        // The server is away for a moment; the next look may find it.
      }
    }
    if (running) setTimeout(look, EVERY);
  }
  if (running) setTimeout(look, EVERY);
  return refresh;
}

// What somebody is using is not pulled away from under them; the conversation and the log hold only buttons.
function holdsFocus(part) {
  return part.contains(document.activeElement) && document.activeElement !== document.body && part.querySelector("details[open]") !== null;
}
