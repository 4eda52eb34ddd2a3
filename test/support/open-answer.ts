/** A response whose body never ends, and whether nobody has let go of it. */
export function openAnswer(status: number, ...cookies: string[]): { response: Response; isOpen: () => boolean } {
  let open = true;
  const body = new ReadableStream({
    cancel: () => {
      open = false;
    },
  });
  const headers = cookies.map((line): [string, string] => ['set-cookie', line]);
  return { response: new Response(body, { status, headers }), isOpen: () => open };
}
