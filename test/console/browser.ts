/**
 * The system's Chromium, driven by Playwright: found where distributions and CI put it, started without a GPU, and
 * watched: a page that throws, or that asks any other host for anything, is a fault of the page.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** WebGL for the map is drawn by the processor. */
const ARGUMENTS = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

export class ChromiumMissing extends Error {
  override readonly name = 'ChromiumMissing';
}

/** @throws ChromiumMissing */
export function chromiumPath(environment: NodeJS.ProcessEnv = process.env): string {
  const { CHROMIUM_PATH: named, PATH: path = '' } = environment;
  const folders = [...path.split(delimiter).filter(isAbsolute), '/usr/bin', '/snap/bin'];
  const candidates =
    named === undefined || named === ''
      ? NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
      : [named];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  const looked = named === undefined || named === '' ? `no ${NAMES.join(' or ')} on the PATH` : `none at ${named}`;
  throw new ChromiumMissing(
    `Chromium is needed for this and was not found: ${looked}. Install it (\`apt-get install chromium\`) or set CHROMIUM_PATH.`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS });

export interface View {
  readonly name: 'light' | 'dark' | 'phone';
  readonly width: number;
  readonly height: number;
}

export const VIEWS: readonly View[] = [
  { name: 'light', width: 1440, height: 900 },
  { name: 'dark', width: 1440, height: 900 },
  { name: 'phone', width: 390, height: 844 },
];

export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page threw or logged as an error. */
  readonly errors: readonly string[];
  /** Addresses on other hosts than the console's that it asked for. */
  readonly foreign: readonly string[];
}

/** A page that has opened the console by its printed address, and holds its token since. */
export async function openPage(browser: Browser, url: string, view: View): Promise<WatchedPage> {
  const { origin } = new URL(url);
  const isPhone = view.name === 'phone';
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: view.width, height: view.height },
    colorScheme: view.name === 'dark' ? 'dark' : 'light',
    reducedMotion: 'reduce',
    isMobile: isPhone,
    hasTouch: isPhone,
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(`${origin}/`) && !/^(data|blob):/.test(address)) foreign.push(address);
  });
  await page.goto(url);
  return { page, context, errors, foreign };
}
