/** A real Chromium for the browser tests: finds one, opens pages, signs in. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_MACOS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
/** Quiet, and able to run as root in a container. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** Milliseconds that a single step on a page may take. */
const STEP_TIMEOUT = 12_000;

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium: COUNTERSIGN_CHROMIUM, then PATH, then where macOS keeps it. Throws where there is none. */
export function findChromium(): string {
  const named = process.env.COUNTERSIGN_CHROMIUM;
  if (named) return named;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...onPath, ...ON_MACOS].find(isExecutable);
  if (!found) throw new Error('No Chromium found: install it, or set COUNTERSIGN_CHROMIUM to its path.');
  return found;
}

/** Starts a Chromium without a window. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: FLAGS });
}

/** How a page is opened. */
export interface PageOptions {
  readonly scheme?: 'light' | 'dark';
  /** Signed in as this demo account, if given. */
  readonly user?: string;
}

/** A page of its own session, with what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors in the page's scripts, and what its console and its policy complained about. */
  readonly complaints: string[];
}

/** Opens a page at the server's address. */
export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    colorScheme: options.scheme ?? 'light',
    // Colours are there at once, so that none is measured half way.
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  // Shorter than a test may take, so that the step that failed is named.
  context.setDefaultTimeout(STEP_TIMEOUT);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (options.user) await signIn(page, options.user);
  return { page, context, complaints };
}

/** Signs a demo account in, as the sign-in page does. */
export async function signIn(page: Page, user: string): Promise<void> {
  const answer = await page.request.post('/api/session', {
    data: { username: user, password: user },
    headers: { 'x-countersign': 'web' },
  });
  expect(answer.status()).toBe(204);
}
