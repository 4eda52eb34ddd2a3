import type { TraqErrorCode } from 'traq-auth/browser';

const problems: Record<TraqErrorCode | 'unknown' | 'bad_login', string> & {
  rate_limited_for(seconds: number): string;
} = {
  invalid_argument: 'This page asked for something that cannot be. Please report it.',
  invalid_credentials: 'Name and password do not match. Check both and try again.',
  account_suspended: 'This account is suspended. The administrators of the server can tell you more.',
  already_logged_in: 'This browser is already logged in, as somebody else.',
  not_logged_in: 'You are not logged in any more.',
  forbidden: 'The server does not allow this.',
  unknown_provider: 'The server does not offer this provider any more.',
  already_linked: 'An account of this provider is linked already.',
  not_linked: 'This account was no longer linked.',
  bad_request: 'The server did not accept this request.',
  bad_login: 'The server did not accept this. A name has at most 32 letters, digits, hyphens and underscores.',
  rate_limited: 'That was too much at once. Wait a moment and try again.',
  rate_limited_for: (seconds) =>
    `That was too much at once. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
  server_error: 'The server has a problem. Try again in a moment.',
  network: 'The server cannot be reached. Are you connected to the internet?',
  timeout: 'The server is taking too long. Try again in a moment.',
  unexpected_response: 'Something other than traQ responded. Is a proxy or a sign-in page in between?',
  session_store_failed: 'The login could not be kept.',
  unknown: 'Something went wrong on this page. Reload it and try again.',
};

function sessions(count: number): string {
  return count === 1 ? '1 session' : `${count} sessions`;
}

/** What the page says, in English. */
export const en = {
  problems,
  details: { summary: 'Details', server: 'Server', request: 'Request', call: 'Call' },
  tryAgain: 'Try again',
  cancel: 'Cancel',
  logOut: 'Log out',
  userName: (name: string): string => `@${name}`,
  places: { label: 'Settings', sessions: 'Sessions', accounts: 'Linked accounts' },
  login: {
    title: 'Log in',
    lead: 'See where you are logged in, and which accounts are linked to yours.',
    name: 'traQ ID',
    password: 'Password',
    goOn: 'Go on with that login',
    logOutFirst: 'Log out first',
    loggedOut: 'Now nobody is logged in here. Enter your password again.',
    notices: {
      loggedOut: 'You are logged out.',
      here: 'That was the session of this browser. Log in again to go on.',
      unfinished: (ended: number, left: number): string =>
        `${ended} of ${sessions(ended + left)} are logged out, this browser’s own among them. Log in: the other ${left} ${left === 1 ? 'is' : 'are'} still selected.`,
      everywhere: 'You are logged out everywhere.',
      elsewhere: 'Your session has ended. Log in, and you are back where you were.',
      notKept: 'The browser did not keep the login. Does it block cookies for this page?',
    },
  },
  sessions: {
    title: 'Sessions',
    lead: 'Everywhere you are logged in. A session in use is renewed after 14 days, which gives it a new date.',
    loading: 'Loading your sessions…',
    all: 'Select all',
    count: sessions,
    current: 'This browser',
    loggedIn: (when: string): string => `Logged in ${when}`,
    select: (date: string): string => `Select the session of ${date}`,
    logOut: (date: string): string => `Log out the session of ${date}`,
    logOutSelected: (count: number): string => (count === 0 ? 'Log out selected' : `Log out ${count} selected`),
    ended: (count: number): string =>
      count === 1 ? 'The session is logged out.' : `${count} sessions are logged out.`,
  },
  everywhere: {
    title: 'Log out everywhere',
    lead: 'On all devices, this one included.',
    open: 'Log out everywhere…',
    question: 'Log out everywhere?',
    consequence: 'Every session ends, on all devices, here as well.',
  },
  accounts: {
    title: 'Linked accounts',
    lead: 'Accounts at other services that you can log in to traQ with.',
    loading: 'Loading your linked accounts…',
    none: 'This server offers no other services.',
    onlyAt: 'An account can be linked only where traQ itself is, since its provider leads back there:',
    notLinked: 'Not linked',
    link: 'Link',
    linkTo: (provider: string): string => `Link your ${provider} account`,
    unlink: 'Unlink',
    unlinkFrom: (provider: string): string => `Unlink your ${provider} account`,
    linked: (provider: string): string => `Your ${provider} account is now linked.`,
    notLinkedNow: (provider: string): string => `Your ${provider} account was not linked.`,
    unlinked: (provider: string): string => `Your ${provider} account is no longer linked.`,
    linkedSince: (when: string): string => `linked ${when}`,
  },
  preferences: {
    language: 'Language',
    theme: 'Appearance',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  },
};

export type Messages = typeof en;
