/** A server and a Chromium for the tests of one file: started before the first of them, gone after the last. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium, openPage } from './chromium.js';
import type { OpenPage, PageOptions } from './chromium.js';
import { startServer } from './server.js';
import type { TestServer, TestServerOptions } from './server.js';

/** What runs while the tests of the file do. */
export interface Site {
  readonly server: TestServer;
  readonly browser: Browser;
  /** Opens a page of its own session at the server's address. */
  open(options?: PageOptions): Promise<OpenPage>;
}

/** Starts both for the tests of the file that calls it; nothing of it may be asked for before they begin. */
export function useSite(options: TestServerOptions): Site {
  let server: TestServer | undefined;
  let browser: Browser | undefined;
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('The site is there once the tests begin, not before.');
    return part;
  };

  beforeAll(async () => {
    server = await startServer(options);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  return {
    get server() {
      return started(server);
    },
    get browser() {
      return started(browser);
    },
    open: (page) => openPage(started(browser), started(server).url, page),
  };
}
