import type { VNode } from 'preact';
import { PostForm } from '../parts/form.tsx';

/** A form that a passkey fills in; the script of the page asks for it. */
export function PasskeyForm(props: {
  /** What is said where no passkey answers, and where there is no script. */
  t: { failed: string; noScript?: string };
  action: string;
  token: string;
  ceremony: 'create' | 'get';
  /** For the browser's credentials, as JSON. */
  options: object;
  button: string;
  hidden?: Readonly<Record<string, string>>;
  /** There is another way on the page, so nothing is missed where there is no script, and the button is quiet. */
  isOptional?: boolean;
}): VNode {
  const { t, action, token, ceremony, options, button, hidden = {}, isOptional = false } = props;
  return (
    <>
      <p class="notice" role="alert" id="passkey-failed" hidden>
        {t.failed}
      </p>
      {!isOptional && (
        <noscript>
          <p class="notice">{t.noScript}</p>
        </noscript>
      )}
      <PostForm
        action={action}
        token={token}
        passkey={{ 'data-passkey': ceremony, 'data-options': JSON.stringify(options) }}
      >
        <input type="hidden" name="credential" value="" />
        {Object.entries(hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button class={isOptional ? 'button quiet' : 'button'} type="submit">
          {button}
        </button>
      </PostForm>
    </>
  );
}
