import type { Request, Response } from 'express';
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type { Locale } from '../shoppers/profile.ts';
import { allowAsking, allowLeadingTo, allowScript, contentSecurityPolicy } from './headers.ts';
import { Layout } from './parts/layout.tsx';
import type { Popup } from './parts/popup-script.tsx';

/** What stands on a page, and the status that it is sent with. */
export type Page = {
  title: string;
  body: VNode;
  status?: number;
  wide?: boolean;
  hasProblem?: boolean;
  /** A form on it asks for a shopper's passkey, which takes a script. */
  asksPasskey?: boolean;
  /** Other origins that its forms lead to. */
  leadsTo?: readonly (string | undefined)[];
  /** A page of the counter, whose script works where the network comes and goes. */
  isCounter?: boolean;
  /** How often a browser without script loads the page again. */
  refreshSeconds?: number;
};

/** `self` is the address that the links to the other languages lead to. */
export function sendPage(
  req: Request,
  res: Response,
  page: Page,
  frame: {
    locale: Locale;
    self: string;
    sandbox: boolean;
    popup?: Popup | undefined;
    staff?: { nonce?: string | undefined };
  },
): void {
  const { title, body, status = 200, wide = false, hasProblem = false, asksPasskey = false } = page;
  const passkeyNonce = asksPasskey ? allowScript(res) : undefined;
  for (const origin of page.leadsTo ?? []) if (origin !== undefined) allowLeadingTo(res, origin);
  const counterNonce = page.isCounter ? allowScript(res) : undefined;
  if (page.isCounter) allowAsking(res);
  const html = render(
    <Layout
      {...frame}
      title={title}
      wide={wide}
      hasProblem={hasProblem}
      passkeyNonce={passkeyNonce}
      counterNonce={counterNonce}
      refreshSeconds={page.refreshSeconds}
    >
      {body}
    </Layout>,
  );
  contentSecurityPolicy(req, res, () => {
    res.status(status);
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.end(`<!doctype html>${html}`);
  });
}
