import type { VNode } from 'preact';
import type { Passkey } from '../../passkeys/stored.ts';
import { PostForm } from '../parts/form.tsx';
import { PasskeyForm } from './passkey-form.tsx';

/** Somebody's own passkeys, each of which can be removed, and a form that adds one. */
export function PasskeyList(props: {
  t: { passkeys: string; passkeysHint: string; id: string; made: string; used: string; never: string } & {
    remove: string;
    add: string;
    failed: string;
    noScript: string;
  };
  passkeys: readonly Passkey[];
  /** Where the page is, below which the forms lead. */
  path: string;
  token: string;
  options: object;
  when: (at: Date) => string;
}): VNode {
  const { t, passkeys, path, token, options, when } = props;
  return (
    <section class="card" aria-labelledby="passkeys-heading">
      <h2 id="passkeys-heading">{t.passkeys}</h2>
      <p class="hint">{t.passkeysHint}</p>
      <ul class="plans">
        {passkeys.map(({ id, createdAt, usedAt }) => (
          <li>
            <span>
              {t.id} <code>{id.slice(0, 8)}</code>
            </span>
            <span class="hint">
              {t.made} {when(createdAt)} · {t.used} {usedAt ? when(usedAt) : t.never}
            </span>
            <PostForm action={`${path}/remove`} token={token}>
              <input type="hidden" name="passkey" value={id} />
              <button class="link" type="submit" aria-label={`${t.remove} ${id.slice(0, 8)}`}>
                {t.remove}
              </button>
            </PostForm>
          </li>
        ))}
      </ul>
      <PasskeyForm
        t={t}
        action={`${path}/add`}
        token={token}
        ceremony="create"
        options={options}
        button={t.add}
      />
    </section>
  );
}
