// The server that is tested, a connection to it that can be cut, and a client of
// plain lines.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import net from 'node:net';

const program = process.env.BATON;
const patience = 300_000; // long, since it only passes when a test fails

export class Server {
  #args;
  port = 0;

  constructor(...args) { this.#args = args; }

  get url() { return `http://127.0.0.1:${this.port}/`; }

  // start starts it, at another port than before: who is to find it again has a Wire.
  // A client that is slow to ask for a page must not be greeted as one of plain lines.
  async start() {
    const limits = ['--greet', '1h', '--flood', 'off', '--flood-addr', 'off', '--flood-room', 'off', '--max-conns-per-ip', '1000'];
    const args = ['chat', 'serve', '--listen', '127.0.0.1:0', ...limits, ...this.#args];
    const child = spawn(program, args, {argv0: 'baton', stdio: ['ignore', 'ignore', 'pipe']});
    process.on('exit', () => child.kill('SIGKILL')); // also when a test has failed
    this.process = child;
    this.log = '';
    this.process.stderr.setEncoding('utf8').on('data', (s) => { this.log += s; });
    for (let m; ; await once(this.process.stderr, 'data')) {
      m = this.log.match(/127\.0\.0\.1:(\d+)\s/);
      if (m) {
        this.port = Number(m[1]);
        return this;
      }
      if (this.process.exitCode !== null) throw new Error(`the server has ended: ${this.log}`);
    }
  }

  async kill(signal = 'SIGKILL') {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill(signal);
    await gone;
    this.port = 0;
  }
}

// serve starts a server for a test.
export async function serve(t, ...args) {
  const server = new Server(...args);
  t.after(() => server.kill());
  return server.start();
}

// A Wire is a way to the server that can be cut, or become deaf: what the server
// sends is lost then.
export class Wire {
  #pairs = new Set();
  #deaf = false;
  #down = false;

  constructor(server) {
    this.listener = net.createServer((client) => {
      if (this.#down) {
        client.destroy();
        return;
      }
      const there = net.connect(server.port, '127.0.0.1');
      const pair = [client, there];
      this.#pairs.add(pair);
      for (const s of pair) {
        s.on('error', () => {});
        s.on('close', () => {
          this.#pairs.delete(pair);
          for (const other of pair) other.destroy();
        });
      }
      client.on('data', (b) => there.write(b));
      there.on('data', (b) => this.#deaf || client.write(b));
    });
  }

  async start() {
    this.listener.listen(0, '127.0.0.1');
    await once(this.listener, 'listening');
    return this;
  }

  get url() { return `http://127.0.0.1:${this.listener.address().port}/`; }

  deafen() { this.#deaf = true; }

  cut() {
    this.#down = true;
    for (const pair of this.#pairs) for (const s of pair) s.resetAndDestroy();
  }

  mend() { this.#down = this.#deaf = false; }

  close() {
    this.cut();
    this.listener.close();
  }
}

// Lines is a client of plain lines, such as nc.
export class Lines {
  text = '';

  constructor(server, name) {
    this.socket = net.connect(server.port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.socket.setEncoding('utf8').on('data', (s) => { this.text += s; });
    this.write(name);
  }

  write(...lines) { this.socket.write(lines.map((l) => `${l}\n`).join('')); }

  // read waits until what has come has a text.
  async read(text) {
    while (!this.text.includes(text)) {
      await once(this.socket, 'data', {signal: AbortSignal.timeout(patience)});
    }
  }

  count(text) { return this.text.split(text).length - 1; }

  close() { this.socket.destroy(); }
}
