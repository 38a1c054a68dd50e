/** A drawing out of text, with nothing in it that could act. */

const ACTING =
  "script, foreignObject, iframe, object, embed, audio, video, animate, set, use, image, handler";
const OWN = /^\s*#/;

/** Throws for what is no SVG. Links lose their target, handlers and outside addresses go. */
export function parsedSvg(text: string): SVGElement {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (!(root instanceof SVGElement) || root.localName !== "svg") throw new Error("no drawing");
  for (const node of root.querySelectorAll(ACTING)) node.remove();
  for (const node of [root, ...root.querySelectorAll("*")]) {
    for (const { name, value } of [...node.attributes]) {
      const acts = name.toLowerCase().startsWith("on");
      const points = /(^|:)href$/i.test(name) && !OWN.test(value);
      const loads = /url\(\s*["']?(?!\s*["']?#)/i.test(value);
      if (acts || points || loads) node.removeAttribute(name);
    }
  }
  for (const style of root.querySelectorAll("style")) {
    style.textContent = (style.textContent ?? "").replace(/@import[^;]*;?|url\(\s*["']?(?!#)[^)]*\)/gi, "");
  }
  return root;
}
