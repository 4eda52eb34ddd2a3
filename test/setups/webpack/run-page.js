// Runs the page's bundle in an emulated page.
import assert from 'node:assert/strict';
import { Window } from 'happy-dom';
import { createFakeTraq } from 'traq-auth/testing';
import { logIn } from './dist/page.js';

const alice = { name: 'alice', password: 'password-alice' };
const server = createFakeTraq({ users: [alice] });
globalThis.location = new Window({ url: 'https://traq.example.com/' }).location;
const sessions = await logIn({ fetch: server.browserFetch(), now: server.now }, alice);
assert.equal(sessions.length, 1);
