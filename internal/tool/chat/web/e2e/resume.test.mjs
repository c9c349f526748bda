// Connections that break: nothing is lost and nothing comes twice.
import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {Person} from './browser.mjs';
import {Lines, serve, Wire} from './server.mjs';
import {launch} from './shared.mjs';

let browser, dir;
before(async () => {
  browser = await launch();
  dir = await mkdtemp(join(tmpdir(), 'chat-page-'));
});
after(async () => {
  await rm(dir, {recursive: true});
});

const offline = (p) => p.page.getByText('Offline').waitFor();

test('a connection that is cut', async (t) => {
  const server = await serve(t, '--memory');
  const wire = await new Wire(server).start();
  t.after(() => wire.close());
  const alice = await Person.enter(browser, wire.url, 'alice');
  const nc = new Lines(server, 'nora');
  await nc.read('#lobby');
  await alice.type('one');
  await nc.read('<alice> one');
  await alice.sees('alice: one');

  // Stored, but the page doesn't hear of it; and then said without a connection.
  wire.deafen();
  await alice.type('two');
  await nc.read('<alice> two');
  wire.cut();
  await offline(alice);
  await alice.type('three');
  await alice.page.locator('.pending', {hasText: 'three'}).waitFor();
  const missed = Array.from({length: 320}, (_, i) => `missed ${i + 1}`);
  nc.write(...missed, '/who');
  await nc.read('of #lobby:');
  wire.mend();
  await alice.connected();
  await nc.read('<alice> three');
  await alice.sees('alice: three');
  await alice.page.waitForFunction(() => document.querySelectorAll('#lines li.message').length >= 300);
  await alice.page.getByRole('log').evaluate((e) => { e.scrollTop = 0; });
  await alice.page.waitForFunction(() => document.querySelectorAll('#lines li.message').length >= 323);
  assert.deepEqual(await alice.messages(),
    ['alice: one', 'alice: two', ...missed.map((s) => `nora: ${s}`), 'alice: three']);
  assert.equal(await alice.page.locator('.pending').count(), 0);
  for (const said of ['one', 'two', 'three']) assert.equal(nc.count(`<alice> ${said}\r\n`), 1, said);
  await alice.close();
  nc.close();
});

test('a server that is killed', async (t) => {
  const server = await serve(t, '--data', dir);
  const wire = await new Wire(server).start();
  t.after(() => wire.close());
  const alice = await Person.enter(browser, wire.url, 'alice');
  await alice.type('before', '/join #go');
  await alice.page.getByRole('heading', {name: '#go'}).waitFor();
  await alice.type('in go');
  await alice.sees('in go');
  await server.kill();
  await offline(alice);
  await alice.type('meanwhile');
  await server.start();
  const nc = new Lines(server, 'nora');
  await nc.read('#lobby');
  nc.write('in the lobby');
  await alice.sees('alice: meanwhile');
  assert.deepEqual(await alice.messages(), ['alice: in go', 'alice: meanwhile']);
  await alice.room('#lobby').click();
  await alice.sees('in the lobby');
  assert.deepEqual(await alice.messages(), ['alice: before', 'nora: in the lobby']);
  await server.kill('SIGTERM'); // it says good-bye
  await offline(alice);
  await server.start();
  await alice.type('after');
  await alice.sees('alice: after');
  assert.deepEqual(await alice.messages(), ['alice: before', 'nora: in the lobby', 'alice: after']);
  nc.close();
  await alice.close();
});

test('a server that has forgotten everything', async (t) => {
  const server = await serve(t, '--memory');
  const wire = await new Wire(server).start();
  t.after(() => wire.close());
  const alice = await Person.enter(browser, wire.url, 'alice');
  await alice.type('old one', 'old two');
  await alice.sees('alice: old two');
  await server.kill();
  await offline(alice);
  await alice.type('new one');
  await server.start();
  await alice.sees('alice: new one');
  await alice.sees('The server has begun a new history.');
  assert.deepEqual(await alice.messages(), ['alice: new one']);
  await alice.close();
});

test('a tab that is copied', async (t) => {
  const server = await serve(t, '--memory');
  const alice = await Person.enter(browser, server.url, 'alice');
  const kept = await alice.page.evaluate(() => ({...sessionStorage}));
  const copy = await alice.context.newPage();
  await copy.addInitScript((kept) => Object.assign(sessionStorage, kept), kept);
  await copy.goto(server.url);
  await copy.getByText('Connected', {exact: true}).waitFor();
  await alice.page.getByText('Not connected: you have connected again').waitFor();
  await alice.page.getByRole('button', {name: 'Connect now'}).click();
  await alice.connected();
  await copy.getByText('Not connected: you have connected again').waitFor();
  await alice.type('still here');
  await alice.sees('still here');
  await alice.close();
});
