// Connects irc-framework to a server: node driver.js PORT NICK. Each line of standard
// input is the name of one of the client's methods and its arguments, in JSON; each
// event becomes a line of standard output.
'use strict';

const readline = require('readline');
const { Client } = require('irc-framework');

const client = new Client();
const show = (event, data) => process.stdout.write(JSON.stringify({ event, ...data }) + '\n');

for (const event of ['registered', 'join', 'part', 'quit', 'nick', 'topic', 'userlist', 'message', 'batch end chathistory', 'close', 'irc error']) {
  client.on(event, (e) => {
    show(event, {
      nick: e && e.nick, target: e && (e.target || e.channel), message: e && e.message, topic: e && e.topic,
      new_nick: e && e.new_nick, type: e && e.type, time: e && e.time, users: e && e.users && e.users.map((u) => u.nick),
      batch: e && e.batch && e.batch.type, tags: e && e.tags, error: e && e.error,
    });
  });
}
client.requestCap(['draft/chathistory', 'labeled-response', 'standard-replies']);
client.connect({ host: '127.0.0.1', port: Number(process.argv[2]), nick: process.argv[3], auto_reconnect: false, enable_echomessage: true });

readline.createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [method, ...args] = JSON.parse(line);
    client[method](...args);
  })
  .on('close', () => client.quit('done'));
