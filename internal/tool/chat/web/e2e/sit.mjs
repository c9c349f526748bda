// Sits in the lobby: node sit.mjs URL NAME. Each line of standard input is said; after
// each change of the log, its messages become a line of standard output, in JSON.
import readline from 'node:readline';
import {Person, start} from './browser.mjs';

const [url, name] = process.argv.slice(2);
const browser = await start();
const p = await Person.enter(browser, url, name);
const input = readline.createInterface({input: process.stdin});
input.on('line', (line) => p.type(line));

let open = true, shown = '';
input.on('close', () => { open = false; });
while (open) {
  const now = JSON.stringify(await p.messages());
  if (now !== shown) console.log(shown = now);
  await p.page.waitForTimeout(50);
}
await browser.close();
process.exit(p.wrong.length ? 1 : 0);
