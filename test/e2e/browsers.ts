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

/**
 * Whether the browser is here. If it is not, says so: tests that need it are to be skipped. With the environment variable
 * WASM_CNN_ENGINES=required that is an error, so that the continuous integration skips nothing.
 */
export function hasBrowser(name: BrowserName): boolean {
  if (existsSync(PATHS[name])) return true;
  const message = `no ${name} at ${PATHS[name]}; set ${name.toUpperCase()} to where it is`;
  if (process.env.WASM_CNN_ENGINES === "required") throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return false;
}

/** Starts the browser, without a window and with a new profile. */
export function launch(name: BrowserName): Promise<Browser> {
  const options = { executablePath: PATHS[name], headless: true };
  if (name === "firefox") return puppeteer.launch({ ...options, browser: "firefox" });
  return puppeteer.launch({ ...options, args: CHROMIUM_ARGS });
}
