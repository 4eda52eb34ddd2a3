import { linkGitHub } from 'virtual:page-program';
import { type ReactElement, useState } from 'react';

/** A page with one button, which says what came of it. */
export function App(): ReactElement {
  const [outcome, setOutcome] = useState('Link GitHub');
  const link = (): void => {
    linkGitHub('alice', 'password-alice').catch((error) => setOutcome(`${error.code}`));
  };
  return (
    <button type="button" onClick={link}>
      {outcome}
    </button>
  );
}
