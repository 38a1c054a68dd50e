import { useSyncExternalStore } from "react";

/** The page's colours as plain values, for drawings that cannot read custom properties. */
export interface Palette {
  dark: boolean;
  paper: string;
  sheet: string;
  line: string;
  ink: string;
  soft: string;
  moss: string;
  wash: string;
}

const TOKENS = {
  paper: "--paper",
  sheet: "--sheet",
  line: "--line",
  ink: "--ink",
  soft: "--ink-soft",
  moss: "--moss",
  wash: "--moss-wash",
} as const;

const DARK = "(prefers-color-scheme: dark)";
let kept: Palette | undefined;

/** The palette of the theme that is shown now; a new object only when the theme changes. */
export function usePalette(): Palette {
  return useSyncExternalStore(subscribe, () => {
    const dark = isDark();
    if (kept?.dark !== dark) kept = read(dark);
    return kept;
  });
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia(DARK).matches;
}

function subscribe(changed: () => void): () => void {
  const query = matchMedia(DARK);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  query.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", changed);
  };
}

function read(dark: boolean): Palette {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const { paper, sheet, line, ink, soft, moss, wash } = TOKENS;
  const palette = {
    dark,
    paper: colour(paper),
    sheet: colour(sheet),
    line: colour(line),
    ink: colour(ink),
    soft: colour(soft),
    moss: colour(moss),
    wash: colour(wash),
  };
  probe.remove();
  return palette;
}
