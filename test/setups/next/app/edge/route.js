export { POST } from '../service/route.js';

export const runtime = 'edge';
