/**
 * What shows that a response of Prism's is not the one that was asked for, but its own refusal of the request: the two
 * are easily taken for each other, since a refusal comes with a documented status and body where there is one.
 *
 * @returns a sentence for each sign; none if the response is sound.
 */
export async function complaintsAbout(response: Response, asked: number): Promise<string[]> {
  const { status, headers } = response;
  const violations = headers.get('sl-violations');
  const body = await response.text();
  const signs: [isSo: boolean | undefined, complaint: string][] = [
    [status !== asked, `${status} came where ${asked} was asked for`],
    [violations !== null, `Prism found the request or its own answer wrong: ${violations}`],
    [headers.get('content-type')?.includes('application/problem+json'), `Prism made up the answer: ${body}`],
    [/^\s*\{\s*"error"\s*:\s*\{\s*"code"/.test(body), `Prism could not read the request: ${body}`],
  ];
  return signs.filter(([isSo]) => isSo).map(([, complaint]) => complaint);
}
