import { byId } from "./dom.js";

type Theme = "light" | "dark";

const KEY = "wasm-cnn theme";
const listeners: (() => void)[] = [];
const system = matchMedia("(prefers-color-scheme: dark)");

/** Called when the colours have changed, for what is drawn and not styled. */
export function onThemeChange(listener: () => void): void {
  listeners.push(listener);
}

/** The theme is the system's until the button has been pressed. */
export function startTheme(): void {
  const button = byId<HTMLButtonElement>("theme");
  apply(stored());
  button.addEventListener("click", () => {
    const theme: Theme = current() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Storage may be forbidden: the choice then lasts as long as the page.
    }
    apply(theme);
  });
  system.addEventListener("change", () => apply(stored()));
}

function stored(): Theme | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : undefined;
  } catch {
    return undefined;
  }
}

function current(): Theme {
  return (document.documentElement.dataset.theme as Theme | undefined) ?? (system.matches ? "dark" : "light");
}

function apply(theme: Theme | undefined): void {
  if (theme) document.documentElement.dataset.theme = theme;
  const other = current() === "dark" ? "light" : "dark";
  byId("theme").setAttribute("aria-label", `Use ${other} colours`);
  for (const listener of listeners) listener();
}

export type ColorName = "ink" | "muted" | "line" | "surface" | "accent" | "other" | "positive" | "negative" | "paper";

/** A colour of the style sheet as it stands now: `rgb(…)`. */
export function color(name: ColorName): string {
  const probe = byId("color-probe");
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

/** Red, green and blue from 0 to 255. */
export function colorParts(name: ColorName): [number, number, number] {
  const [r = 0, g = 0, b = 0] = (color(name).match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
}
