/**
 * What shows that a response of Prism's is not the one that was asked for, but its own refusal of the request: the two
 * are easily taken for each other, since a refusal comes with a documented status and body where there is one.
 *
 * @returns a sentence for each sign; none if the response is sound.
 */
export async function complaintsAbout(response: Response, asked: number): Promise<string[]> {
  const { status, headers } = response;
  const complaints: string[] = [];
  if (status !== asked) complaints.push(`${status} came where ${asked} was asked for`);
  const violations = headers.get('sl-violations');
  if (violations !== null) complaints.push(`Prism found the request or its own answer wrong: ${violations}`);
  const body = await response.text();
  if (headers.get('content-type')?.includes('application/problem+json')) {
    complaints.push(`Prism made up the answer: ${body}`);
  }
  if (/^\s*\{\s*"error"\s*:\s*\{\s*"code"/.test(body)) complaints.push(`Prism could not read the request: ${body}`);
  return complaints;
}
