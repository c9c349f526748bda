// For everybody: without a mouse, with a screen reader, in the dark and on a phone.
import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {before, test} from 'node:test';
import {Person} from './browser.mjs';
import {Lines, serve} from './server.mjs';
import {launch} from './shared.mjs';

let browser, axe;
before(async () => {
  browser = await launch();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});

// talk has somebody say something in the lobby.
async function talk(server) {
  const nc = new Lines(server, 'nora');
  await nc.read('#lobby');
  nc.write('hello alice', 'see https://example.org/', '/me waves', 'שלום 👋');
  return nc;
}

// check lets axe look at the page as it is, and at its colours in the dark.
async function check(p, where) {
  if (!await p.page.evaluate(() => 'axe' in window)) await p.page.evaluate(axe);
  for (const colorScheme of ['dark', 'light']) {
    await p.page.emulateMedia({colorScheme});
    const {violations} = await p.page.evaluate((options) => window.axe.run(options),
      colorScheme === 'dark' ? {runOnly: ['color-contrast']} : {});
    assert.deepEqual(violations.map((v) => `${where}, ${colorScheme}: ${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), []);
  }
}

test('accessible on a desk', async (t) => {
  const server = await serve(t, '--memory');
  const nc = await talk(server);
  const alice = await Person.enter(browser, server.url, '', {bypassCSP: true});
  await check(alice, 'name');
  await alice.signIn('alice');
  await alice.sees('waves');
  await alice.type('/join #go');
  await alice.page.getByRole('heading', {name: '#go'}).waitFor();
  nc.write('unread', '/msg alice psst');
  await alice.page.waitForFunction(() => document.title.startsWith('(2)'));
  await alice.room('#lobby').click();
  await alice.type('/nonsense', 'mine');
  await check(alice, 'room');
  await alice.page.getByRole('button', {name: 'Search'}).click();
  await alice.page.getByLabel('Words').fill('hello');
  await alice.page.keyboard.press('Enter');
  await alice.page.locator('#found button').first().waitFor();
  await check(alice, 'search');
  await alice.close();
  nc.close();
});

test('accessible on a phone', async (t) => {
  const server = await serve(t, '--memory');
  const nc = await talk(server);
  const alice = await Person.enter(browser, server.url, 'alice',
    {bypassCSP: true, viewport: {width: 320, height: 600}, hasTouch: true});
  await alice.type('/join #phone');
  await alice.page.getByRole('heading', {name: '#phone'}).waitFor();
  nc.write('unread, alice');
  await alice.page.getByRole('button', {name: 'Rooms1'}).click();
  await check(alice, 'rooms');
  await alice.room('#lobby').click();
  assert.equal(await alice.page.locator('#rooms').isVisible(), false);
  await alice.page.getByRole('button', {name: 'People'}).click();
  await check(alice, 'people');
  await alice.page.keyboard.press('Escape');
  assert.equal(await alice.page.locator('#members').isVisible(), false);
  await alice.type('/rooms');
  await alice.page.locator('#all-rooms button').first().waitFor();
  await check(alice, 'all rooms');
  await alice.page.keyboard.press('Escape');
  const wide = await alice.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} pixels too wide`);
  await alice.close();
  nc.close();
});

test('with the keyboard alone', async (t) => {
  const server = await serve(t, '--memory');
  const p = await Person.enter(browser, server.url, '');
  const {keyboard} = p.page;
  const focused = () => p.page.evaluate(() => document.activeElement.id);
  await keyboard.type('kate');
  await keyboard.press('Enter');
  await p.connected();
  await p.page.waitForFunction(() => document.activeElement.id === 'text');
  await keyboard.type('one');
  await keyboard.press('Shift+Enter');
  await keyboard.type('line');
  await keyboard.press('Enter');
  await p.sees('kate: one line');
  await keyboard.type('/join #keys');
  await keyboard.press('Enter');
  await p.page.getByRole('heading', {name: '#keys'}).waitFor();
  await keyboard.press('Alt+ArrowDown');
  await p.page.getByRole('heading', {name: '#lobby'}).waitFor();
  await keyboard.press('Alt+ArrowUp');
  await p.page.getByRole('heading', {name: '#keys'}).waitFor();
  assert.equal(await focused(), 'text');
  // All that can be used is reached with Tab, and each has its outline.
  const seen = new Set();
  for (let i = 0; i < 40; i++) {
    await keyboard.press('Tab');
    const at = await p.page.evaluate(() => {
      const e = document.activeElement;
      const s = getComputedStyle(e);
      return {what: e.id || e.dataset.room || e.textContent, outline: e === document.body || s.outlineStyle !== 'none'};
    });
    assert.ok(at.outline, `${at.what} has no outline`);
    seen.add(at.what);
  }
  for (const what of ['show-search', '#lobby', 'join-room', 'Join', 'show-all', 'quit', 'log', 'text', 'Send', 'leave']) {
    assert.ok(seen.has(what), `${what} is not reached: ${[...seen]}`);
  }
  await p.page.locator('#show-search').focus();
  await keyboard.press('Enter');
  await p.page.getByRole('dialog', {name: 'Search'}).waitFor();
  assert.equal(await focused(), 'query');
  await keyboard.press('Escape');
  await p.page.waitForFunction(() => document.activeElement.id === 'show-search');
  await keyboard.press('Escape');
  assert.equal(await focused(), 'text');
  assert.deepEqual(p.wrong, []);
  await p.close();
});
