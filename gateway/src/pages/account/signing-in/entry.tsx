import type { VNode } from 'preact';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import { signingInPath } from './actions.ts';

/** The way to one's passkeys, from the page about oneself. */
export function SigningInEntry({ input }: { input: AccountInput }): VNode {
  const t = textsOf[input.visit.locale].signingIn;
  return (
    <section class="card" aria-labelledby="signing-in-heading">
      <h2 id="signing-in-heading">{t.title}</h2>
      <p>{t.entry}</p>
      <p>
        <a href={signingInPath(input.visit.place.path)}>{t.entryGo}</a>
      </p>
    </section>
  );
}
