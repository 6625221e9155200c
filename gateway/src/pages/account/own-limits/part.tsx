import type { ComponentChildren, VNode } from 'preact';
import { PostForm } from '../../parts/form.tsx';
import type { AccountInput } from '../view.tsx';
import type { OwnLimitsFacts } from './facts.ts';
import type { OwnLimitsTexts } from './texts/en.ts';

/** What each part of the page is made from. */
export type Part = { input: AccountInput; facts: OwnLimitsFacts; t: OwnLimitsTexts };

/** A form of this page, which leads back to the currency that it was shown in. */
export function OwnForm(props: Part & { to: string; children: ComponentChildren }): VNode {
  const { input, facts, to, children } = props;
  return (
    <PostForm action={`${input.visit.place.path}/own-limits/${to}`} token={input.token} class="own-form">
      <input type="hidden" name="currency" value={facts.currency} />
      {children}
    </PostForm>
  );
}

export function QuietButton({
  children,
  describedBy,
}: {
  children: ComponentChildren;
  describedBy?: string;
}) {
  return (
    <button class="button quiet" type="submit" aria-describedby={describedBy}>
      {children}
    </button>
  );
}
