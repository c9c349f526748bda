// What people do in the chat.
import assert from 'node:assert/strict';
import {before, test} from 'node:test';
import {Person} from './browser.mjs';
import {Lines, serve} from './server.mjs';
import {launch} from './shared.mjs';

let browser;
before(async () => { browser = await launch(); });

test('a name, and messages from page to page and to plain lines', async (t) => {
  const server = await serve(t, '--memory');
  const alice = await Person.enter(browser, server.url, '');
  await alice.page.keyboard.press('Escape'); // there is nothing behind the dialog
  await alice.page.keyboard.press('Escape');
  await alice.signIn('alice');
  const bob = await Person.enter(browser, server.url, 'bob');
  const nc = new Lines(server, 'nora');
  await nc.read('#lobby');
  await alice.type('hello from the page');
  await bob.sees('hello from the page');
  await nc.read('<alice> hello from the page');
  nc.write('hello from nc', '/me nods');
  await alice.sees('nora: hello from nc');
  await alice.sees('* nora nods');
  await bob.type('/me waves', '//not a command');
  await bob.sees('/not a command'); // the same order for all
  await alice.sees('/not a command');
  assert.deepEqual(await alice.messages(), await bob.messages());
  await alice.page.getByRole('button', {name: 'nora'}).waitFor();

  const other = await Person.enter(browser, server.url, '');
  await other.page.getByLabel('Your name').fill('Alice');
  await other.page.keyboard.press('Enter');
  await other.page.getByRole('alert').getByText('in use').waitFor();
  await other.signIn('dora');
  await alice.page.getByRole('button', {name: 'dora'}).waitFor();
  await other.close();
  await alice.page.getByRole('button', {name: 'dora'}).waitFor({state: 'detached'});
  await alice.sees('dora came in');

  for (const p of [alice, bob]) {
    assert.deepEqual(p.outside, []);
    await p.close();
  }
  nc.close();
});

test('unread marks, the title, and private messages', async (t) => {
  const server = await serve(t, '--memory');
  const alice = await Person.enter(browser, server.url, 'alice');
  const nc = new Lines(server, 'nora');
  await nc.read('#lobby');
  await alice.type('/join #go');
  await alice.page.getByRole('heading', {name: '#go'}).waitFor();
  nc.write('first', 'second');
  await alice.room('#lobby').getByText('2').waitFor();
  assert.equal(await alice.page.title(), '(2) #go – Chat');
  nc.write('/msg alice a secret');
  await alice.room('nora').getByText('1').waitFor();
  assert.equal(await alice.page.title(), '(3) #go – Chat');
  await alice.room('#lobby').click();
  const items = await alice.page.locator('#lines li').allTextContents();
  const mark = items.findIndex((s) => s === 'New');
  assert.match(items[mark + 1], /nora: first$/);
  await alice.page.waitForFunction(() => document.title === '(1) #lobby – Chat');
  await alice.room('nora').click();
  await alice.sees('nora: a secret');
  await alice.type('an answer');
  await nc.read('an answer');
  assert.equal(await alice.page.title(), 'nora – Chat');
  // What comes while nobody looks is not read.
  const look = (hidden) => alice.page.evaluate((h) => {
    Object.defineProperty(document, 'hidden', {value: h, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await look(true);
  nc.write('/msg alice another');
  await alice.page.waitForFunction(() => document.title === '(1) nora – Chat');
  await look(false);
  await alice.page.waitForFunction(() => document.title === 'nora – Chat');
  await alice.close();
  nc.close();
});

test('history by scrolling, and search', async (t) => {
  const server = await serve(t, '--memory');
  const nc = new Lines(server, 'nora');
  await nc.read('#lobby');
  nc.write('/join #long', ...Array.from({length: 300}, (_, i) => `entry number ${i + 1}`));
  nc.write('/who'); // what comes back for the lines themselves is nothing
  await nc.read('of #long:');
  const alice = await Person.enter(browser, `${server.url}#long`, 'alice');
  await alice.sees('entry number 300');
  const log = alice.page.getByRole('log');
  while (!(await alice.messages()).includes('nora: entry number 1')) {
    await log.evaluate((e) => { e.scrollTop = 0; });
    await alice.page.waitForTimeout(30);
  }
  const want = Array.from({length: 300}, (_, i) => `nora: entry number ${i + 1}`);
  assert.deepEqual(await alice.messages(), want);
  assert.equal(await alice.page.locator('#lines .day').count(), 1);
  assert.equal(await alice.page.getByRole('button', {name: 'Load older'}).count(), 0);
  await alice.page.reload(); // the tab remembers its name and rooms
  await alice.sees('entry number 300');
  await alice.type('/search NUMBER 7');
  const found = alice.page.locator('#found button');
  await alice.page.getByText('One message,').waitFor();
  await alice.page.getByLabel('Words').fill('entry 123');
  await alice.page.keyboard.press('Enter');
  await found.getByText('entry number 123').waitFor();
  await found.click();
  const line = alice.page.locator('#lines li:focus');
  await line.getByText('entry number 123', {exact: true}).waitFor();
  assert.ok(await line.evaluate((e) => {
    const box = e.getBoundingClientRect();
    return box.top > 0 && box.bottom < innerHeight;
  }));
  await alice.close();
  nc.close();
});

test('rooms, members and what operators do', async (t) => {
  const server = await serve(t, '--memory');
  const alice = await Person.enter(browser, server.url, 'alice');
  const nc = new Lines(server, 'nora');
  await nc.read('#lobby');
  await alice.type('/join #ops');
  await alice.page.getByRole('heading', {name: '#ops'}).waitFor();
  await alice.type('/topic about nothing');
  await alice.page.locator('#topic', {hasText: 'about nothing'}).waitFor();
  nc.write('/join #ops');
  const nora = alice.page.locator('#member-list li', {hasText: 'nora'});
  await nora.waitFor();
  await alice.type('/op nora');
  await nora.getByText('operator').waitFor();
  nc.write('/away at lunch');
  await nora.getByText('away').waitFor();
  nc.write('/nick norma');
  await alice.page.locator('#member-list li', {hasText: 'norma'}).getByText('operator, away').waitFor();
  nc.write('/kick alice for a reason');
  await alice.page.getByRole('heading', {name: '#lobby'}).waitFor();
  await alice.sees('norma has removed you from #ops (for a reason).');
  await alice.type('/nick anna');
  await alice.page.getByText('You are anna').waitFor();
  await alice.page.getByRole('button', {name: 'All rooms'}).click();
  await alice.page.locator('#all-rooms button', {hasText: '#ops'}).click();
  await alice.page.getByRole('heading', {name: '#ops'}).waitFor();
  await alice.page.getByRole('button', {name: 'Leave the room'}).click();
  await alice.page.getByRole('heading', {name: '#lobby'}).waitFor();
  await alice.type('/nonsense');
  await alice.sees('There is no command /nonsense');
  await alice.type('/ban nora');
  await alice.sees('This takes an operator.');
  await alice.type('x'.repeat(4092) + 'äöü');
  await alice.sees('too long');
  await alice.page.getByRole('button', {name: 'Sign out'}).click();
  await alice.page.getByRole('dialog', {name: 'Welcome'}).waitFor();
  await alice.close();
  nc.close();
});

test('what others send does no harm', async (t) => {
  const server = await serve(t, '--memory');
  const alice = await Person.enter(browser, server.url, 'alice');
  const nc = new Lines(server, 'nora');
  await nc.read('#lobby');
  const evil = '<script>window.hit=1</script><img src=x onerror=window.hit=1> \u202Eevil\u2066 \x1b[31mred\x1b]0;t\x07 javascript:alert(1)';
  nc.write(evil, 'end');
  await alice.sees('nora: end');
  const text = (await alice.messages()).find((s) => s.includes('script'));
  assert.ok(text.includes('<script>window.hit=1</script><img src=x onerror=window.hit=1>'), text);
  assert.doesNotMatch(text, /[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]/);
  assert.equal(await alice.page.evaluate(() => window.hit), undefined);
  assert.equal(await alice.page.locator('#lines a, #lines img, #lines script').count(), 0);
  assert.deepEqual(alice.wrong, []); // such as violations of the content security policy
  assert.deepEqual(alice.outside, []);
  await alice.close();
  nc.close();
});

test('an account that protects a name', async (t) => {
  const server = await serve(t, '--memory');
  const alice = await Person.enter(browser, server.url, 'alice');
  await alice.type('/register');
  await alice.sees('Usage: /register PASSWORD');
  await alice.type('/register correct horse');
  await alice.sees('You are logged in as alice.');
  await alice.close();

  const other = await Person.enter(browser, server.url, '');
  await other.page.getByLabel('Your name').fill('alice');
  await other.page.keyboard.press('Enter');
  await other.page.getByRole('alert').getByText('account').waitFor();
  await other.signIn('bob');
  await other.type('/login alice wrong');
  await other.page.locator('#lines .error').last().waitFor();
  await other.type('/nick alice');
  await other.sees('belongs to an account');
  await other.type('/login alice correct horse');
  await other.sees('You are logged in as alice.');
  await other.type('/nick alice');
  await other.page.getByText('You are alice').waitFor();
  await other.close();
});
