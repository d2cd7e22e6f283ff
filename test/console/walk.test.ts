/**
 * An operator's walk through the console in a real browser: from the failed orders on the board to what stopped one of
 * them, to a replay of all, and to the figures afterwards. The region is spoken to by the address of its port alone.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { FailureGroup } from '../../operations/index.ts';
import type { FaultPlan } from '../../region/index.ts';
import { OPERATOR_ROLES } from '../../stacks/names.ts';
import { smallDay } from '../simulation/days.ts';
import { chromiumPath, launchChromium, openPage, VIEWS, type WatchedPage } from './browser.ts';
import { type OpenedConsole, openConsoleOf, withConsoleDay } from './console-day.ts';
import { type Taken, takeScreenshots } from './screenshots.ts';

const ORDERS = 16;
const REASON = 'the function was mended';

/** One in four is stopped at the door, and one in four of the others when it is closed. */
const FAULTS: FaultPlan = {
  title: 'Orders stop in two states',
  rules: [
    {
      id: 'arrival-defect',
      at: { function: '*AwaitSignalFunction*', containing: '"awaits":"ArrivedAtStop"' },
      kind: 'fail',
      error: { name: 'TypeError', message: 'Cannot read the window' },
      rate: 0.25,
      per: 'orderId',
    },
    { id: 'close-killed', at: { function: '*CloseOrderFunction*' }, kind: 'crash-before', rate: 0.25, per: 'orderId' },
  ],
};

const JEST_MS = 240_000;
/** A page's answer; time in the region goes on meanwhile. */
const SEEN_MS = 20_000;

let browser: Browser;
let endpoint: string;
let opened: OpenedConsole;
let watched: WatchedPage;
let page: Page;
let groups: readonly FailureGroup[];
let atTheDoor: string;
let failed = 0;
const pictures: Taken[] = [];
let end: () => void;
let day: Promise<void>;

beforeAll(async () => {
  chromiumPath();
  browser = await launchChromium();
  await new Promise<void>((resolve, reject) => {
    const ended = new Promise<void>((ending) => {
      end = ending;
    });
    day = withConsoleDay({ ...smallDay(ORDERS, 2), faults: FAULTS }, async (address) => {
      endpoint = address;
      opened = await openConsoleOf(endpoint);
      resolve();
      await ended;
      await opened.close();
    });
    day.catch(reject);
  });
  const [view] = VIEWS;
  if (view === undefined) throw new Error('there is no view');
  watched = await openPage(browser, opened.url, view);
  page = watched.page;
  page.setDefaultTimeout(SEEN_MS);
  groups = await (await page.request.get('/api/failures')).json();
  failed = groups.reduce((sum, { count }) => sum + count, 0);
  atTheDoor = groups.find(({ state }) => state === 'AwaitArrival')?.examples[0] ?? '';
}, JEST_MS);

afterAll(async () => {
  await browser?.close();
  end?.();
  await day;
}, JEST_MS);

const table = (name: string) => page.getByRole('table', { name, exact: true });
const rows = (name: string) => table(name).locator('tbody tr');
const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

describe('a viewer', () => {
  test('sees all of it and may change nothing', async () => {
    const viewers = await openConsoleOf(endpoint, OPERATOR_ROLES.viewer);
    const [view] = VIEWS;
    if (view === undefined) throw new Error('there is no view');
    const { page: seen, context } = await openPage(browser, viewers.url, view);
    try {
      await seen.goto('/failures');
      await seen.getByLabel('Select all groups').click();
      await seen.getByText(`${failed} orders in`).waitFor();
      expect(await seen.getByRole('button', { name: 'Freeze this selection' }).isDisabled()).toBe(true);
      const data = { groupIds: groups.map(({ groupId }) => groupId), mode: 'redrive', ratePerSecond: 20, why: REASON };
      const refused = await seen.request.post('/api/replays', { data });
      expect(refused.status()).toBe(403);
      expect(await refused.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
      expect(await (await seen.request.get('/api/replays')).json()).toEqual([]);
    } finally {
      await context.close();
      await viewers.close();
    }
    expect(viewers.problems).toEqual([]);
  });
});

describe('an operator', () => {
  test('sees the orders that failed on the board, by a filter that the address keeps', async () => {
    expect(groups.map(({ state }) => state).sort()).toEqual(['AwaitArrival', 'CloseOrder']);
    await page.getByText(`${ORDERS} in all`).waitFor();
    expect(await rows('Orders').count()).toBe(ORDERS);
    await page.getByRole('combobox', { name: 'Status' }).or(page.getByPlaceholder('Any status')).first().click();
    await page.getByRole('option', { name: 'Failed', exact: true }).click();
    await press('Escape');
    await page.waitForURL(/\?status=FAILED$/);
    await page.getByText(`${failed} match`).waitFor();
    expect(await rows('Orders').count()).toBe(failed);
    expect(new Set(await rows('Orders').locator('td:nth-child(2)').allTextContents())).toEqual(new Set(['Failed']));
    expect(
      await page
        .getByRole('navigation')
        .getByRole('link', { name: /Failures/ })
        .first()
        .textContent(),
    ).toContain(`${failed}`);
  });

  test(
    'has pictures of what failed on every screen',
    async () => {
      pictures.push(
        ...(await takeScreenshots(browser, opened.url, [
          { name: 'board', path: '/', until: `${ORDERS} in all` },
          { name: 'order', path: `/orders/${atTheDoor}`, until: 'Stopped in' },
          { name: 'failures', path: '/failures', until: 'AwaitArrival' },
        ])),
      );
    },
    JEST_MS,
  );

  test('opens one of them and reads where and why it stopped', async () => {
    await table('Orders').getByRole('link', { name: atTheDoor }).click();
    await page.waitForURL(new RegExp(`/orders/${atTheDoor}$`));
    await page.getByText('Stopped in AwaitArrival: TypeError').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('Cannot read the window');
  });

  test('follows its path through the graph: passed, failed and not reached', async () => {
    const node = (label: string) => page.getByLabel(label, { exact: true });
    await node('AwaitArrival, Task, failed').waitFor();
    for (const state of ['AwaitRoute', 'AwaitDispatch', 'AwaitDeparture', 'AwaitApproach']) {
      expect(await node(`${state}, Task, passed`).count()).toBe(1);
    }
    expect(await node('AwaitDelivery, Task, not reached').count()).toBe(1);
    await node('AwaitApproach, Task, passed').click();
    const state = page.getByRole('region', { name: 'State AwaitApproach' }).or(page.getByLabel('State AwaitApproach'));
    await state.first().waitFor();
    expect(await state.first().textContent()).toContain(`"orderId": "${atTheDoor}"`);
  });

  test('finds states, tokens, signals and the failure on one timeline, and goes from it to the state', async () => {
    const lane = (name: string) => page.getByRole('list', { name, exact: true }).getByRole('button');
    expect(await lane('States').allTextContents()).toEqual(
      expect.arrayContaining(['AwaitRoute', 'AwaitApproach', 'AwaitArrival']),
    );
    expect(await lane('Signals').allTextContents()).toEqual(
      expect.arrayContaining(['RoutePlanned', 'DepartedDepot', 'ArrivedAtStop', 'Delivered']),
    );
    expect(await lane('Events').allTextContents()).toEqual(expect.arrayContaining(['FAILED']));
    await lane('States').filter({ hasText: 'AwaitArrival' }).first().click();
    await page.getByLabel('State AwaitArrival').getByText('TypeError: Cannot read the window').first().waitFor();
  });

  test('reads the raw history to its end', async () => {
    await page.getByRole('tab', { name: /^History/ }).click();
    const list = page.getByRole('listbox');
    await list.focus();
    await press('End');
    await list.getByText('ExecutionFailed').waitFor();
  });

  test('freezes all groups, which takes a reason', async () => {
    await press('Escape');
    await page.getByRole('heading', { level: 1 }).click();
    await press('g', 'f');
    await page.waitForURL(/\/failures$/);
    await table('Failure groups').waitFor();
    expect(await rows('Failure groups').count()).toBe(groups.length);
    await page.getByLabel('Select all groups').click();
    await page.getByText(`${failed} orders in ${groups.length} groups`).waitFor();
    await page.getByRole('button', { name: 'Freeze this selection' }).click();
    const dialog = page.getByRole('dialog');
    const freeze = dialog.getByRole('button', { name: 'Freeze', exact: true });
    expect(await freeze.isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill(REASON);
    await freeze.click();
    await page.waitForURL(/\/failures\/replays\/.+/);
    await page.getByText('Nothing has run yet').waitFor();
  });

  test('must see the dry run first, which changes nothing', async () => {
    const replay = page.getByRole('button', { name: `Replay ${failed} orders` });
    expect(await replay.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText(`Of ${failed}: ${failed} will be redriven`).waitFor();
    const { total } = await (await page.request.get('/api/orders?status=FAILED')).json();
    expect(total).toBe(failed);
    expect(await replay.isDisabled()).toBe(false);
  });

  test(
    'replays them and watches them come to their end',
    async () => {
      await page.getByRole('button', { name: `Replay ${failed} orders` }).click();
      await page.getByText('Done', { exact: true }).waitFor({ timeout: 90_000 });
      const items = await (await page.request.get(`/api${replayPath()}/items?limit=100`)).json();
      expect(items.items.map(({ state }: { state: string }) => state)).toEqual(Array(failed).fill('SUCCEEDED'));
    },
    JEST_MS,
  );

  test('finds on the board that none is failed and the one was delivered and archived', async () => {
    await press('g', 'b');
    await page.waitForURL(/\/$/);
    await press('/');
    await page.keyboard.type(atTheDoor);
    await page.waitForURL(new RegExp(`text=${atTheDoor}`));
    await page.getByText('1 match').waitFor();
    expect(await rows('Orders').first().textContent()).toContain('Archived');
    await page.goto('/?status=FAILED');
    await page.getByText('No order matches').waitFor();
    await page.goto(`/orders/${atTheDoor}`);
    await page.getByText('Replayed 1×').waitFor();
    await page.getByLabel('OrderArchived, Succeed, passed').waitFor();
    const events = page.getByRole('list', { name: 'Events', exact: true }).getByRole('button');
    expect((await events.allTextContents()).filter((event) => event === 'DELIVERED')).toHaveLength(1);
  });

  test('reads the audit of the day, and that its archive is whole', async () => {
    const answered = page.waitForResponse(/\/api\/audit\?/);
    await page.goto('/sla');
    const audit = await (await answered).json();
    await page.getByText(`from ${ORDERS} archived records`).waitFor();
    expect(audit.whole.orders).toBe(ORDERS);
    await page.getByText(`${audit.whole.perfect} of ${audit.whole.counted}`).first().waitFor();
    await page.getByRole('button', { name: 'Verify the hash chains' }).click();
    await page.getByText(`${ORDERS} records in`).waitFor();
    await page.getByText('none was changed, none is missing, none was reordered').waitFor();
  });

  test('finds no wait stuck, and every signal of the order with its fate', async () => {
    await page.goto('/waits');
    await page.getByText('Nothing is stuck').waitFor();
    await page.getByPlaceholder(/Id of an order/).fill(atTheDoor);
    await press('Enter');
    await table('Signals').waitFor();
    const delivered = rows('Signals').filter({ has: page.getByRole('cell', { name: 'Delivered', exact: true }) });
    expect(await delivered.count()).toBe(1);
    expect(await delivered.textContent()).toContain('delivered');
  });

  test('is on record with the reason', async () => {
    await page.goto('/actions');
    await page.getByText(REASON).first().waitFor();
  });

  test(
    'has pictures of the rest on every screen',
    async () => {
      const jobs = await (await page.request.get('/api/replays')).json();
      pictures.push(
        ...(await takeScreenshots(browser, opened.url, [
          { name: 'replay', path: `/failures/replays/${jobs[0].jobId}`, until: 'Succeeded' },
          { name: 'sla', path: '/sla', until: 'archived records' },
          { name: 'waits', path: '/waits', until: 'Nothing is stuck' },
        ])),
      );
      expect(pictures).toHaveLength(VIEWS.length * 6);
    },
    JEST_MS,
  );
});

const replayPath = (): string => new URL(page.url()).pathname.replace('/failures', '');

describe('the pages', () => {
  test('throw nothing, log no error and ask no other host for anything', () => {
    expect(watched.errors).toEqual([]);
    expect(watched.foreign).toEqual([]);
    expect(pictures.flatMap(({ errors, foreign }) => [...errors, ...foreign])).toEqual([]);
    expect(opened.problems).toEqual([]);
  });

  test('fit their screen, a phone too', () => {
    for (const { file, overflow } of pictures) expect({ file, overflow }).toEqual({ file, overflow: 0 });
  });
});
