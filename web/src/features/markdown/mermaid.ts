/** Diagrams by Mermaid, without HTML in them, in the colours of the page. */

import mermaid from "mermaid";
import { holdsHtml } from "./markup";
import type { Palette } from "./palette";
import { parsedSvg } from "./svg";

let drawn = 0;
let line: Promise<unknown> = Promise.resolve();

/** The drawing, safe to be put into the page. Rejects when the source is no diagram, or holds HTML, which
 * Mermaid sets into the page to measure it before it is cleaned. One at a time. */
export function draw(source: string, palette: Palette): Promise<SVGElement> {
  if (holdsHtml(source)) return Promise.reject(new Error("HTML in a diagram"));
  const mine = line.then(() => drawNow(source, palette));
  line = mine.catch(() => undefined);
  return mine;
}

async function drawNow(source: string, palette: Palette): Promise<SVGElement> {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    htmlLabels: false,
    flowchart: { htmlLabels: false, curve: "basis", padding: 12 },
    maxTextSize: 20_000,
    maxEdges: 200,
    deterministicIds: true,
    theme: "base",
    fontFamily: "Inter, system-ui, sans-serif",
    themeCSS: `.edgeLabel rect, .edgeLabel .background { fill: ${palette.sheet}; opacity: 1; }`,
    themeVariables: {
      darkMode: palette.dark,
      background: palette.sheet,
      primaryColor: palette.wash,
      primaryTextColor: palette.ink,
      primaryBorderColor: palette.moss,
      secondaryColor: palette.paper,
      tertiaryColor: palette.paper,
      lineColor: palette.soft,
      textColor: palette.ink,
      edgeLabelBackground: palette.sheet,
      noteBkgColor: palette.paper,
      noteTextColor: palette.ink,
      noteBorderColor: palette.line,
      fontSize: "15px",
    },
  });
  drawn += 1;
  const { svg } = await mermaid.render(`diagram-${drawn}`, source);
  return parsedSvg(svg);
}
