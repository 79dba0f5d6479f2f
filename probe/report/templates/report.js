"use strict";
(function () {
  var parts = ["o", "c", "g"], list = document.getElementById("calls"), chip = document.getElementById("filter");
  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }
  function show() {
    var hash = location.hash.slice(1);
    if (!list || hash.indexOf("calls--") !== 0) { return; }
    var want = hash.slice(7).split("--"), hotlines = want[0].split(","), shown = 0;
    each("#calls tbody[data-h]", function (body) {
      var here = 0, fits = want[0] === "*" || hotlines.indexOf(body.dataset.h) >= 0;
      Array.prototype.forEach.call(body.querySelectorAll("tr[data-o]"), function (row) {
        var keep = fits && parts.every(function (p, n) { return !want[n + 1] || want[n + 1] === "*" || row.dataset[p] === want[n + 1]; });
        row.hidden = !keep; here += keep ? 1 : 0;
      });
      body.hidden = !here; shown += here;
    });
    if (chip) { chip.hidden = false; chip.querySelector("b").textContent = shown; }
    list.scrollIntoView();
  }
  function all() {
    each("#calls [hidden]", function (e) { if (e.id !== "filter") { e.hidden = false; } });
    if (chip) { chip.hidden = true; }
    history.replaceState(null, "", "#calls");
  }
  function play(event) {
    var a = event.target.closest && event.target.closest("a");
    if (!a || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    var href = a.getAttribute("href") || "";
    if (!/\.wav(#|$)/.test(href)) { return; }
    event.preventDefault();
    var bar = document.getElementById("player"), sound = bar.querySelector("audio"), at = /#t=([\d.]+)/.exec(href);
    bar.hidden = false;
    sound.src = href;
    if (at) { sound.addEventListener("loadedmetadata", function () { sound.currentTime = +at[1]; }, { once: true }); }
    sound.play().catch(function () { location.href = href; });
  }
  window.addEventListener("hashchange", show);
  document.addEventListener("click", play);
  document.addEventListener("click", function (event) {
    if (event.target.id === "all") { all(); }
    if (event.target.id === "stop") { var bar = document.getElementById("player"); bar.querySelector("audio").pause(); bar.hidden = true; }
  });
  show();
})();
