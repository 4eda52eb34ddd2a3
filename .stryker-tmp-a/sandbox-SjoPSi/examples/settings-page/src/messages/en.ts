import type { TraqErrorCode } from 'traq-auth';

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
  unexpected_response: 'Something other than traQ answered. Is a proxy or a sign-in page in between?',
  session_store_failed: 'The login could not be kept.',
  unknown: 'Something went wrong on this page. Reload it and try again.',
};

/** What the page says, in English. */
export const en = {
  problems,
  details: { summary: 'Details', server: 'Server', request: 'Request', call: 'Call' },
  tryAgain: 'Try again',
  cancel: 'Cancel',
  places: { label: 'Settings', sessions: 'Sessions', accounts: 'Linked accounts' },
  account: { name: (name: string): string => `@${name}`, logOut: 'Log out' },
  login: {
    title: 'Log in',
    lead: 'See where you are logged in, and which accounts are linked to yours.',
    name: 'traQ ID',
    password: 'Password',
    submit: 'Log in',
    goOn: 'Go on with that login',
    logOutFirst: 'Log it out',
    loggedOut: 'Now nobody is logged in here. Enter your password again.',
    notices: {
      none: '',
      left: 'You are logged out.',
      here: 'That was the session of this browser. Log in again to go on.',
      everywhere: 'Every session has ended, on all devices.',
      elsewhere: 'Your session has ended. Log in, and you are back where you were.',
      notKept: 'The browser did not keep the login. Does it block cookies for this page?',
    },
  },
  sessions: {
    title: 'Sessions',
    lead: 'Everywhere you are logged in. The server does not tell which of these is this browser; if you end that one, you log in again.',
    loading: 'Loading your sessions…',
    all: 'Select all',
    count: (count: number): string => (count === 1 ? '1 session' : `${count} sessions`),
    select: (date: string): string => `Select the session of ${date}`,
    end: 'End',
    endOne: (date: string): string => `End the session of ${date}`,
    endSelected: (count: number): string => (count === 0 ? 'End selected' : `End ${count} selected`),
    ended: (count: number): string => (count === 1 ? 'The session has ended.' : `${count} sessions have ended.`),
  },
  endAll: {
    title: 'Log out everywhere',
    lead: 'Ends every session on all devices, this one included.',
    open: 'End all sessions…',
    question: 'End all sessions?',
    consequence: 'You will be logged out on every device, here as well.',
    confirm: 'End all sessions',
  },
  accounts: {
    title: 'Linked accounts',
    lead: 'Accounts at other services that you can log in to traQ with.',
    loading: 'Loading your linked accounts…',
    none: 'This server offers no other services.',
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
