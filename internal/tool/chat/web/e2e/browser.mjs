// The browser, and what is done in a page of the chat.
import {chromium} from 'playwright-core';

// start starts a browser: it has no screen, and asks nobody for anything.
export function start() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    timeout: patience,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

const patience = 300_000; // long, since it only passes when a test fails

// A Person uses the chat in a browser of his own.
export class Person {
  wrong = []; // what the page's console had to complain about
  outside = []; // what was asked of other hosts

  static async enter(browser, url, name, options = {}) {
    const p = new Person();
    p.context = await browser.newContext({viewport: {width: 1200, height: 800}, locale: 'en-GB', ...options});
    p.context.setDefaultTimeout(patience);
    p.page = await p.context.newPage();
    p.page.on('console', (m) => m.type() === 'error' && !m.text().includes('WebSocket connection') && p.wrong.push(m.text()));
    p.page.on('pageerror', (e) => p.wrong.push(String(e)));
    p.page.on('request', (r) => new URL(r.url()).host !== new URL(url).host && p.outside.push(r.url()));
    await p.page.goto(url);
    if (name) await p.signIn(name);
    return p;
  }

  async signIn(name) {
    await this.page.getByLabel('Your name').fill(name);
    await this.page.getByRole('button', {name: 'Enter'}).click();
    await this.connected();
    await this.page.getByRole('heading', {name: '#'}).waitFor();
  }

  get field() { return this.page.getByRole('textbox', {name: 'Message'}); }

  async type(...lines) {
    for (const l of lines) {
      await this.field.fill(l);
      await this.field.press('Enter');
    }
  }

  async connected() { await this.page.getByText('Connected', {exact: true}).waitFor({state: 'attached'}); }

  // sees waits for a line with a text in the log.
  async sees(text) { await this.page.locator('#lines li:not(.pending)', {hasText: text}).first().waitFor(); }

  // messages returns the messages in the log, as name: text.
  messages() {
    return this.page.locator('#lines li.message:not(.pending) .content').allTextContents();
  }

  room(name) { return this.page.locator(`#room-list button[data-room="${name}"]`); }

  close() { return this.context.close(); }
}
