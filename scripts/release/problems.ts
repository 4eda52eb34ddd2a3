/** What a release is made from. */
export interface Release {
  readonly manifest: { readonly version: string; readonly repository?: { readonly url: string } };
  readonly changelog: string;
  /** The tag; undefined in a rehearsal before it exists. */
  readonly tag?: string | undefined;
  /** Address of the repository that the release is made in; undefined in a rehearsal elsewhere. */
  readonly repository?: string | undefined;
}

/** The problems of a release, each in a sentence that says what to do. */
export function releaseProblems({ manifest, changelog, tag, repository }: Release): string[] {
  const { version } = manifest;
  const named = manifest.repository?.url.replace(/^git\+|\.git$/g, '').toLowerCase();
  const problems: string[] = [];
  if (tag !== undefined && tag !== `v${version}`) {
    problems.push(`The tag is ${tag}, and package.json says ${version}: set one of them right`);
  }
  const [, newest = ''] = /^## (?!Unreleased)(.*)$/m.exec(changelog) ?? [];
  if (!newest.startsWith(`${version} - `) || !/ - \d{4}-\d\d-\d\d$/.test(newest)) {
    problems.push(`CHANGELOG.md has no "## ${version} - <date>" on top: move what is under Unreleased there`);
  }
  if (named === undefined) {
    problems.push('package.json names no repository: set it to the address of this one, or npm refuses the provenance');
  } else if (repository !== undefined && named !== repository.toLowerCase()) {
    problems.push(`package.json's repository is not ${repository}: npm refuses provenance that does not match it`);
  }
  return problems;
}
