/**
 * Keeps the session in a file, for programs on Node, Bun and Deno.
 *
 * @module traq-auth/node
 */
export { fileSessionStore } from './file-session-store.ts';
