/** How the app looks here; kept in this browser, applied before the first paint of the app. */
export const APPEARANCES = ["system", "light", "dark"] as const;
export type Appearance = (typeof APPEARANCES)[number];

const KEY = "trailwright.appearance";

function isAppearance(value: string | null): value is Appearance {
  return APPEARANCES.some((one) => one === value);
}

export function storedAppearance(): Appearance {
  const kept = localStorage.getItem(KEY);
  return isAppearance(kept) ? kept : "system";
}

export function applyAppearance(appearance: Appearance): void {
  if (appearance === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = appearance;
}

export function chooseAppearance(appearance: Appearance): void {
  localStorage.setItem(KEY, appearance);
  applyAppearance(appearance);
}
