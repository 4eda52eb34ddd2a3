export { fileSessionStore } from './file-session-store.ts';
