import type { VNode } from 'preact';
import { integrityOf, popupScriptPath } from '../assets.ts';

export type Popup = {
  /** Of the page's policy, which lets no other script run. */
  nonce: string;
  session: string;
  /** Of the shop, whose page alone may be told. */
  origin: string;
  /** Where to go when nobody listens. */
  back: string;
  /** How the checkout ended; undefined while it has not. */
  status: string | undefined;
};

/** For a checkout in a window that the shop's page opened, which works without it. */
export function PopupScript({ nonce, session, origin, back, status }: Popup): VNode {
  return (
    <script
      src={popupScriptPath}
      integrity={integrityOf(popupScriptPath)}
      nonce={nonce}
      defer
      data-session={session}
      data-origin={origin}
      data-back={back}
      data-status={status}
    />
  );
}
