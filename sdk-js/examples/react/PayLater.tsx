import { defineElements, type Browser, type MorrowStartEvent, type PopupResult } from '@morrow/sdk-js';
import { useEffect, useState } from 'react';
import './morrow-elements.ts';

export type PayLaterProps = {
  browser: Browser;
  /** In minor units. */
  amount: number;
  currency: string;
  /** Asks your server to open a session and to make a client token for it. */
  start: () => Promise<{ url: string; session: string; clientToken: string }>;
  /** What comes back is a hint: let your server read the session by a signed request. */
  onEnd: (result: PopupResult) => void;
};

/** What paying later comes to, and the button that opens the checkout in a window. */
export function PayLater({ browser, amount, currency, start, onEnd }: PayLaterProps) {
  const [failed, setFailed] = useState(false);
  // In the browser only; until then, and in what a server renders, the elements are empty.
  useEffect(() => defineElements(browser), [browser]);

  function pay(event: MorrowStartEvent) {
    event.preventDefault();
    setFailed(false);
    browser.popup(start).then(onEnd, () => setFailed(true));
  }

  return (
    <div>
      <morrow-message amount={amount} currency={currency} />
      <morrow-button amount={amount} currency={currency} onmorrow-start={pay} />
      {failed && <p role="alert">That did not work. Please try again.</p>}
    </div>
  );
}
