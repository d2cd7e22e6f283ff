/** A page that is open while its console is started again: the new run has a new token, and the page says where to get it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Console, openConsole } from '../../console/index.ts';
import { fakeOperations } from '../../console/server/testing/fake-operations.ts';
import { launchChromium, openPage, VIEWS, type WatchedPage } from './browser.ts';
import { buildPage } from './console-day.ts';

const SEEN_MS = 20_000;

let browser: Browser;
let opened: Console;
let watched: WatchedPage;

const start = (port: number): Promise<Console> =>
  openConsole({ operations: fakeOperations(), port, onProblem: () => undefined });

beforeAll(async () => {
  buildPage();
  browser = await launchChromium();
  opened = await start(0);
  const [view] = VIEWS;
  if (view === undefined) throw new Error('there is no view');
  watched = await openPage(browser, opened.url, view);
  watched.page.setDefaultTimeout(SEEN_MS);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await opened?.close();
});

test('an open page whose console is started again asks for the new address, and goes on when it was opened', async () => {
  const { page, context } = watched;
  await page.getByText('Live', { exact: true }).waitFor();
  await opened.close();
  await page.getByText('The console tries again by itself.').waitFor();
  const { port } = new URL(opened.url);
  opened = await start(Number(port));
  expect(new URL(opened.url).port).toBe(port);
  await page.getByText('open the address that its terminal printed').waitFor();
  expect(await page.getByText('The console tries again by itself.').count()).toBe(0);
  const other = await context.newPage();
  await other.goto(opened.url);
  await other.close();
  await page.getByText('Live', { exact: true }).waitFor();
  expect(await page.getByText('open the address that its terminal printed').count()).toBe(0);
}, 90_000);
