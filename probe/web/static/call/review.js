// A reviewer's word on the whole call, or on one turn of speech.

import { clock, tr } from "../words.js";

export function reviewForm(form, refresh, say) {
  if (!form) return;
  const outcome = form.elements.says, verdict = form.elements.verdict, reason = form.elements.reason;
  const button = form.querySelector("button.main"), back = document.getElementById("review-whole");
  const target = document.getElementById("review-target"), problem = form.querySelector(".problem");
  const whole = target.textContent;
  let segment = null; // start of the segment that is reviewed, and what the machine said

  const chosen = () => (segment ? verdict : outcome).value;
  const machine = () => (segment ? segment.says : form.dataset.outcome);
  const name = () => (button.textContent = chosen() === machine() ? button.dataset.confirm : button.dataset.override);
  function aim(at) {
    segment = at;
    target.textContent = at ? tr(`Verdict on the speech at ${clock(at.start)}`, `${clock(at.start)} 处语音的判定`) : whole;
    for (const [select, wanted] of [[outcome, !at], [verdict, Boolean(at)]]) {
      select.hidden = !wanted;
      select.disabled = !wanted;
    }
    back.hidden = !at;
    if (at) verdict.value = at.says;
    name();
  }

  form.addEventListener("change", name);
  back.addEventListener("click", () => aim(null));
  document.addEventListener("click", (event) => {
    const judge = event.target.closest(".judge");
    if (!judge) return;
    aim({ start: Number(judge.dataset.segment), says: judge.dataset.says });
    verdict.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    button.disabled = true;
    try {
      const answer = await fetch("/api/reviews", {
        method: "POST",
        headers: { "content-type": "application/json", "x-proof": form.dataset.proof },
        body: JSON.stringify({ call: form.dataset.call, says: chosen(), reason: reason.value.trim(), segment_start: segment?.start ?? null }),
      });
      if (!answer.ok) throw new Error((await answer.json()).error);
      reason.value = "";
      aim(null);
      await refresh();
      say(tr("The review was added to the log.", "复核已记入记录。"));
    } catch (error) {
      problem.textContent = error.message || tr("The review could not be sent.", "复核未能提交。");
      problem.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
  name();
}
