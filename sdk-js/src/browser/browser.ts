import type { Eligibility, OfferMessage } from './answers.ts';
import { ask, type Gateway } from './gateway.ts';
import { hostedPage, openPopup, type PopupResult, type StartedCheckout } from './popup.ts';

/** Which gateway, and who you are to it; nothing of it is secret. */
export type BrowserOptions = {
  /** The gateway's origin, such as `https://pay.example`. */
  gatewayOrigin: string;
  /** `pub_…`: it names you to the gateway and may be seen by anybody. */
  publishableKey: string;
  /** The language of messages, by BCP 47. Without it elements follow their page. */
  locale?: string | undefined;
};

/** What somebody may want to pay later: an amount in minor units of its currency. */
export type Purchase = {
  /** In minor units. */
  amount: number;
  currency: string;
  locale?: string | undefined;
};

/** The gateway, as a page may use it; made by `createBrowser`. */
export type Browser = {
  readonly locale: string | undefined;
  /**
   * Leaves for the hosted page of a session.
   *
   * @throws TypeError when `url` is not on the gateway.
   */
  redirect(url: string): void;
  /**
   * Opens the hosted page in a window. Call it inside the click, because only a click may open one. `start` is called
   * once, and asks your server to open the session and to make a client token for it. A blocked window becomes a
   * redirect. While the window is open, another call brings it to the front.
   *
   * What comes back is a hint: your server decides by a signed request.
   *
   * @throws what `start` throws, after closing the window.
   */
  popup(start: () => Promise<StartedCheckout>): Promise<PopupResult>;
  /**
   * What to say beside a price; the text is empty where there is no offer.
   *
   * @throws MorrowError for an amount or a currency that is none, and when no answer came.
   */
  message(purchase: Purchase): Promise<OfferMessage>;
  /** @throws MorrowError when no answer came. */
  eligibility(purchase: Purchase): Promise<Eligibility>;
};

/**
 * Morrow for a merchant's pages. Nothing happens before one of the methods is called, so a server may import and make it
 * too.
 *
 * @throws TypeError for an origin that is none.
 */
export function createBrowser({ gatewayOrigin, publishableKey, locale }: BrowserOptions): Browser {
  const gateway: Gateway = { origin: originOf(gatewayOrigin), publishableKey };
  const alone = oneAtATime();
  const together = shareAnswers();
  const about = <Answer>(path: string, { amount, currency, locale: asked = locale }: Purchase) =>
    together(`${path} ${amount} ${currency} ${asked}`, () =>
      ask<Answer>(gateway, path, { amount: String(amount), currency, locale: asked }),
    );
  return {
    locale,
    redirect: (url) => location.assign(hostedPage(gateway, url)),
    popup: (start) => alone(() => openPopup(gateway, start)),
    message: (purchase) => about('/v1/messages', purchase),
    eligibility: (purchase) => about('/v1/eligibility', purchase),
  };
}

function originOf(text: string): string {
  const { origin, pathname, search } = new URL(text);
  if (pathname !== '/' || search !== '') throw new TypeError('gatewayOrigin is an origin, without a path.');
  return origin;
}

/** A second click must neither open a second window nor a second session. */
function oneAtATime() {
  let current: ReturnType<typeof openPopup> | undefined;
  return (open: () => ReturnType<typeof openPopup>): Promise<PopupResult> => {
    if (current) current.popup?.focus();
    else {
      const opened = open();
      const forget = () => (current = undefined);
      opened.result.then(forget, forget);
      current = opened;
    }
    return current.result;
  };
}

/** Ten equal cards on a page ask once. What was answered is left to the browser's own cache. */
function shareAnswers() {
  const asked = new Map<string, Promise<unknown>>();
  return <Answer>(question: string, answer: () => Promise<Answer>): Promise<Answer> => {
    const open = asked.get(question) ?? answer().finally(() => asked.delete(question));
    asked.set(question, open);
    return open as Promise<Answer>;
  };
}
