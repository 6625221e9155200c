import { createBrowser, type PopupResult } from '@morrow/sdk-js';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { PayLater } from './PayLater.tsx';

const root = document.querySelector<HTMLElement>('#root')!;
const { gateway = '', publishableKey = '' } = root.dataset;
const browser = createBrowser({ gatewayOrigin: gateway, publishableKey });

async function start() {
  const answer = await fetch('/checkout', { method: 'POST', headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`The shop answered ${answer.status}.`);
  return (await answer.json()) as { url: string; session: string; clientToken: string };
}

function Cart() {
  const [count, setCount] = useState(1);
  const [ended, setEnded] = useState<PopupResult>();
  return (
    <main>
      <h1>Tea set</h1>
      <button onClick={() => setCount(count + 1)}>One more</button>
      <PayLater browser={browser} amount={count * 10_000} currency="CNY" start={start} onEnd={setEnded} />
      {ended && (
        <p role="status">
          {ended.session}: {ended.status}
        </p>
      )}
    </main>
  );
}

createRoot(root).render(<Cart />);
