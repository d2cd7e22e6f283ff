import { describe, expect, test } from '@jest/globals';
import { ChromiumMissing, chromiumPath } from './browser.ts';

describe('the browser of the tests', () => {
  test('is what CHROMIUM_PATH names', () => {
    expect(chromiumPath({ CHROMIUM_PATH: process.execPath })).toBe(process.execPath);
  });

  test('is missed with the command that installs it', () => {
    const look = () => chromiumPath({ CHROMIUM_PATH: '/nowhere/chromium' });
    expect(look).toThrow(ChromiumMissing);
    expect(look).toThrow('none at /nowhere/chromium. Install it (`apt-get install chromium`) or set CHROMIUM_PATH.');
  });
});
