import type { VNode } from 'preact';
import { Notice, PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import type { Texts } from '../../texts/language.ts';
import { signInPath } from '../paths.ts';

/** What the sign-in page may say about what came before. */
export const signInNotices = ['refused', 'limited', 'signedOut', 'made', 'ended'] as const;

export type SignInNotice = (typeof signInNotices)[number];

/** A form that a passkey fills in; the script of the page asks for it. */
export function PasskeyForm(props: {
  t: Texts['console'];
  action: string;
  token: string;
  ceremony: 'create' | 'get';
  /** For the browser's credentials, as JSON. */
  options: object;
  button: string;
  hidden?: Readonly<Record<string, string>>;
}): VNode {
  const { t, action, token, ceremony, options, button, hidden = {} } = props;
  return (
    <>
      <p class="notice" role="alert" id="passkey-failed" hidden>
        {t.signIn.failed}
      </p>
      <noscript>
        <p class="notice">{t.signIn.noScript}</p>
      </noscript>
      <PostForm
        action={action}
        token={token}
        passkey={{ 'data-passkey': ceremony, 'data-options': JSON.stringify(options) }}
      >
        <input type="hidden" name="credential" value="" />
        {Object.entries(hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button class="button" type="submit">
          {button}
        </button>
      </PostForm>
    </>
  );
}

export function signInView(props: {
  t: Texts['console'];
  token: string;
  options: object;
  next: string;
  notice: SignInNotice | undefined;
}): Page {
  const { t, token, options, next, notice } = props;
  const good = notice === 'signedOut' || notice === 'made';
  return {
    title: t.signIn.title,
    hasProblem: notice !== undefined && !good,
    body: (
      <div class="step">
        <h1>{t.signIn.title}</h1>
        <Notice notice={notice && { good, text: t.signIn[notice] }} />
        <section class="card">
          <p>{t.signIn.intro}</p>
          <PasskeyForm
            t={t}
            action={signInPath}
            token={token}
            ceremony="get"
            options={options}
            button={t.signIn.button}
            hidden={{ next }}
          />
        </section>
      </div>
    ),
  };
}
