/** Pictures of the console's pages, as an operator sees them on a screen by day, by night and on a phone. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { PROJECT_FOLDER } from '../../cli/project.ts';
import { openPage, VIEWS, type View } from './browser.ts';

const FOLDER = join(PROJECT_FOLDER, 'build/screenshots');

export interface Shot {
  /** Also the name of the picture. */
  readonly name: string;
  readonly path: string;
  /** A text that is there when the page has all it shows. */
  readonly until: string;
}

export interface Taken {
  readonly file: string;
  readonly view: View;
  readonly errors: readonly string[];
  readonly foreign: readonly string[];
  /** Pixels by which the page is wider than the screen. */
  readonly overflow: number;
}

/** Each page in each view, into `build/screenshots/<page>-<view>.png`. */
export async function takeScreenshots(browser: Browser, url: string, shots: readonly Shot[]): Promise<Taken[]> {
  mkdirSync(FOLDER, { recursive: true });
  const taken: Taken[] = [];
  for (const view of VIEWS) {
    const { page, context, errors, foreign } = await openPage(browser, url, view);
    for (const { name, path, until } of shots) {
      await page.goto(path);
      await page.getByText(until).first().waitFor();
      // Maps, graphs and plots are chunks of their own, and draw when they are there.
      await page.waitForTimeout(DRAWN_MS);
      const file = join(FOLDER, `${name}-${view.name}.png`);
      await page.screenshot({ path: file, fullPage: true });
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      taken.push({ file, view, errors: [...errors], foreign: [...foreign], overflow: Number(overflow) });
    }
    await context.close();
  }
  return taken;
}

const DRAWN_MS = 1_200;
