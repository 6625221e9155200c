import type { SessionStatus } from './answers.ts';
import { askStatus, type Gateway } from './gateway.ts';

/** What your server knows after opening a session. */
export type StartedCheckout = {
  /** The session's `url`. */
  url: string;
  /** The session's `id`. */
  session: string;
  /** Lets this page read the session's status when the window has gone. */
  clientToken: string;
};

/** How a checkout in a window ended; a hint, like everything that a browser tells. */
export type PopupResult = {
  session: string;
  /**
   * `open`: the window has gone and nothing is decided; the session stands until it expires. `redirecting`: no window
   * could be opened, this page is leaving. `unknown`: the window has gone and the gateway could not be asked.
   */
  status: SessionStatus | 'redirecting' | 'unknown';
};

/** The window is null when the browser blocked it. */
export type OpenedPopup = { popup: Window | null; result: Promise<PopupResult> };

const watchMs = 250;
/** A window whose way went through a page that lets go of its opener can neither tell nor be watched. */
const askMs = 10_000;
/** How long the window may take to close itself once it knows that it was heard. */
const closingMs = 500;
/** A shopper who closes the window right after agreeing is a moment ahead of the gateway. */
const pausesBeforeAskingMs = [0, 1_000, 2_000];

/** Opens the window before anything is awaited: browsers allow it inside a click only. */
export function openPopup(gateway: Gateway, start: () => Promise<StartedCheckout>): OpenedPopup {
  const popup = window.open('about:blank', '_blank', featuresOf(480, 760));
  return { popup, result: runPopup(gateway, popup, start) };
}

/**
 * The address of a hosted page, which has to be on the gateway: a page could be talked into leading elsewhere.
 *
 * @throws TypeError when it is not.
 */
export function hostedPage({ origin }: Gateway, url: string): URL {
  const page = new URL(url);
  if (page.origin !== origin) throw new TypeError(`A checkout is at ${origin}, not at ${page.origin}.`);
  return page;
}

async function runPopup(
  gateway: Gateway,
  popup: Window | null,
  start: () => Promise<StartedCheckout>,
): Promise<PopupResult> {
  const nonce = newNonce();
  try {
    const { url, session, clientToken } = await start();
    const page = hostedPage(gateway, url);
    if (!popup) {
      location.assign(page);
      return { session, status: 'redirecting' };
    }
    // In the fragment, which no server sees.
    page.hash = new URLSearchParams({ popup: nonce, origin: location.origin }).toString();
    if (!popup.closed) popup.location.replace(page);
    const read = async () =>
      (await askStatus<{ status: SessionStatus }>(gateway, session, clientToken)).status;
    const told = await hear(popup, { origin: page.origin, session, nonce }, read);
    return { session, status: told ?? (await askUntilDecided(read)) };
  } finally {
    popup?.close();
  }
}

type Expected = { origin: string; session: string; nonce: string };

/** The status that the window tells, or nothing when it was closed or came back to the shop by itself. */
async function hear(
  popup: Window,
  { origin, session, nonce }: Expected,
  read: () => Promise<SessionStatus>,
): Promise<SessionStatus | undefined> {
  const told = await new Promise<SessionStatus | undefined>((resolve) => {
    const end = (status?: SessionStatus) => {
      clearInterval(watching);
      clearInterval(asking);
      removeEventListener('message', listen);
      resolve(status);
    };
    const listen = ({ origin: from, source, data }: MessageEvent) => {
      if (from !== origin || source !== popup) return;
      if (isFinished(data) && data.session === session && data.nonce === nonce) end(data.status);
    };
    const watch = () => {
      if (popup.closed || (origin !== location.origin && isHome(popup))) end();
    };
    const ask = () => {
      const hearsay = (status: SessionStatus) => status !== 'open' && end(status);
      read().then(hearsay, () => undefined);
    };
    const watching = setInterval(watch, watchMs);
    const asking = setInterval(ask, askMs);
    addEventListener('message', listen);
  });
  if (told) {
    popup.postMessage({ source: 'morrow', v: 1, type: 'checkout.ack', session, nonce }, origin);
    for (let waited = 0; waited < closingMs && !popup.closed; waited += 50) await sleep(50);
  }
  return told;
}

type Finished = { session: unknown; nonce: unknown; status: SessionStatus };

function isFinished(data: unknown): data is Finished {
  const { source, v, type, status } = Object(data) as Record<string, unknown>;
  return (
    source === 'morrow' &&
    v === 1 &&
    type === 'checkout.finished' &&
    ['confirmed', 'completed', 'canceled', 'expired'].includes(status as string)
  );
}

/** Whether the window is at the shop again. While it is at the gateway it does not let itself be asked. */
function isHome(popup: Window): boolean {
  try {
    return popup.location.origin === location.origin;
  } catch {
    return false;
  }
}

/** A closed window decides nothing: it may have been closed right after agreeing, or only seem closed from here. */
async function askUntilDecided(read: () => Promise<SessionStatus>): Promise<SessionStatus | 'unknown'> {
  let status: SessionStatus | 'unknown' = 'unknown';
  for (const pauseMs of pausesBeforeAskingMs) {
    await sleep(pauseMs);
    status = await read().catch(() => status);
    if (status !== 'open' && status !== 'unknown') break;
  }
  return status;
}

function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function featuresOf(width: number, height: number): string {
  const left = Math.round(screenX + (outerWidth - width) / 2);
  const top = Math.round(screenY + (outerHeight - height) / 2);
  return `popup,width=${width},height=${height},left=${left},top=${top}`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
