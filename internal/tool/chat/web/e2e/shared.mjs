// The browser that all tests share.
import {after} from 'node:test';
import {start} from './browser.mjs';

let started;

// launch returns it.
export function launch() { return started ??= start(); }

after(async () => (await started)?.close());
