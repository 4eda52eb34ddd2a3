/** What a release is about to be made of. */
export interface Release {
  readonly manifest: { readonly version: string; readonly repository?: string | { readonly url: string } };
  readonly changelog: string;
  /** As git has it; undefined in a rehearsal before the tag. */
  readonly tag?: string | undefined;
  /** Address of the repository that the release is made in; undefined in a rehearsal elsewhere. */
  readonly repository?: string | undefined;
}

/** What speaks against a release: each in a sentence that says what to do. */
export function releaseProblems({ manifest, changelog, tag, repository }: Release): string[] {
  const { version } = manifest;
  const [heading] = changelog.match(/^## (?!Unreleased).*$/m) ?? [];
  const problems: string[] = [];
  if (tag !== undefined && tag !== `v${version}`) {
    problems.push(`The tag is ${tag}, and package.json says ${version}: set one of them right`);
  }
  if (
    heading === undefined ||
    !new RegExp(`^## ${version.replaceAll('.', '\\.')} - \\d{4}-\\d\\d-\\d\\d$`).test(heading)
  ) {
    problems.push(`CHANGELOG.md has no "## ${version} - <date>" on top: move what is under Unreleased there`);
  }
  const named = addressOf(manifest.repository);
  if (named === undefined) {
    problems.push('package.json names no repository: set it to the address of this one, or npm refuses the provenance');
  } else if (repository !== undefined && named !== addressOf(repository)) {
    problems.push(`package.json's repository is not ${repository}: npm refuses provenance that does not match it`);
  }
  return problems;
}

/** An address as it may be compared: `git+https://host/owner/name.git` is `https://host/owner/name`. */
function addressOf(repository: Release['manifest']['repository']): string | undefined {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url
    ?.replace(/^git\+/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}
