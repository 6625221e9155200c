import type { ComponentChildren } from 'preact';
import { Notice } from '../parts/form.tsx';
import type { Page } from '../send-page.tsx';
import { PasskeyForm } from './passkey-form.tsx';

/** What a sign-in page may say about what came before; the last two are no problem. */
export const signInNotices = ['refused', 'limited', 'ended', 'signedOut', 'made'] as const;

export type SignInNotice = (typeof signInNotices)[number];

type SignInTexts = {
  title: string;
  intro: string;
  button: string;
  failed: string;
  noScript: string;
} & Record<SignInNotice, string>;

/** The page on which somebody signs in with a passkey, to the console or the dashboard. */
export function signInView(props: {
  t: SignInTexts;
  path: string;
  token: string;
  options: object;
  /** What is sent with the passkey's answer. */
  hidden: Readonly<Record<string, string>>;
  notice: SignInNotice | undefined;
  children?: ComponentChildren;
}): Page {
  const { t, path, token, options, hidden, notice, children } = props;
  const good = notice === 'signedOut' || notice === 'made';
  return {
    title: t.title,
    hasProblem: notice !== undefined && !good,
    body: (
      <div class="step">
        <h1>{t.title}</h1>
        <Notice notice={notice && { good, text: t[notice] }} />
        <section class="card">
          <p>{t.intro}</p>
          <PasskeyForm
            t={t}
            action={path}
            token={token}
            ceremony="get"
            options={options}
            button={t.button}
            hidden={hidden}
          />
        </section>
        {children}
      </div>
    ),
  };
}
