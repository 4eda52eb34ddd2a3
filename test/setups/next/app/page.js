'use client';

import { useEffect, useState } from 'react';
import { createTraqAuth } from 'traq-auth/browser';

// Made where the page is rendered on the server, too; the first call is the browser's.
const traq = createTraqAuth({ baseUrl: '/api/v3' });

export default function Page() {
  const [state, setState] = useState('asking');
  useEffect(() => {
    traq.ready().then((isLoggedIn) => setState(isLoggedIn ? 'logged in' : 'nobody'));
  }, []);
  return <p>{state}</p>;
}
