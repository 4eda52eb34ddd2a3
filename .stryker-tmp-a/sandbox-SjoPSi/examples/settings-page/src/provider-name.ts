const names: Readonly<Record<string, string>> = {
  github: 'GitHub',
  google: 'Google',
  oidc: 'OpenID Connect',
  slack: 'Slack',
  traq: 'traQ',
};

/** A provider's name as people write it; the server has a short one. */
export function providerTitle(providerName: string): string {
  return names[providerName] ?? providerName;
}
