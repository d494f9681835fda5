import { existsSync } from "node:fs";
import puppeteer, { type Browser } from "puppeteer-core";

export type BrowserName = "chromium" | "firefox";

/** Where Debian puts them; the environment may name others. */
const PATHS: Record<BrowserName, string> = {
  chromium: process.env.CHROMIUM ?? "/usr/bin/chromium",
  firefox: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
};

const CHROMIUM_ARGS = [
  // No sandbox, as Chromium has none for root, and the only pages are ours.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether the browser is here. If it is not, says so. */
export function hasBrowser(name: BrowserName): boolean {
  const found = existsSync(PATHS[name]);
  if (!found) console.warn(`SKIPPED: no ${name} at ${PATHS[name]}; set ${name.toUpperCase()} to where it is`);
  return found;
}

/** Starts the browser, without a window and with a new profile. */
export function launch(name: BrowserName): Promise<Browser> {
  const options = { executablePath: PATHS[name], headless: true };
  if (name === "firefox") return puppeteer.launch({ ...options, browser: "firefox" });
  return puppeteer.launch({ ...options, args: CHROMIUM_ARGS });
}
