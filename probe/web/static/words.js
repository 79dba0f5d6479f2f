// The page's language, and seconds as people read them.

export const lang = document.documentElement.dataset.lang;
export const tr = (en, zh) => (lang === "zh" ? zh : en);

export function clock(seconds, digits = 1) {
  const tenths = Math.round(Math.max(0, seconds) * 10 ** digits) / 10 ** digits;
  const minutes = Math.floor(tenths / 60);
  return `${minutes}:${(tenths - 60 * minutes).toFixed(digits).padStart(digits ? digits + 3 : 2, "0")}`;
}

export function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}
