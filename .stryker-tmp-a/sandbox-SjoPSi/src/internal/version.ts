/** What the client calls itself in managed mode (T6); a test holds it against package.json. */
export const USER_AGENT = 'traq-auth/0.1.0';
