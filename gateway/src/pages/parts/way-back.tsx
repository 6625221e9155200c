import type { VNode } from 'preact';
import { isBeingConfirmed } from '../../checkout/state.ts';
import type { Visit } from '../checkout/visit.ts';
import { textsOf } from '../texts/language.ts';
import { PostForm } from './form.tsx';

/**
 * The way back to the shop. The owner of an open checkout ends it by leaving, so that the shop can start another one
 * for the same cart; anybody else just leaves.
 */
export function WayBack({ visit, token, primary }: { visit: Visit; token: string; primary?: string }): VNode {
  const t = textsOf[visit.locale].purchase;
  const shop = visit.merchant.name;
  const look = primary === undefined ? 'button quiet' : 'button';
  const ends = visit.visitor === 'owner' && visit.session.status === 'open' && !visit.isOver;
  if (ends && !isBeingConfirmed(visit.session)) {
    return (
      <PostForm action={`${visit.path}/leave`} token={token} class="way-back">
        <button class={look} type="submit">
          {primary ?? t.leave(shop)}
        </button>
        {primary === undefined && <p class="hint">{t.leaveHint}</p>}
      </PostForm>
    );
  }
  return (
    <p class="way-back">
      <a class={look} href={`${visit.path}/back`}>
        {primary ?? t.back(shop)}
      </a>
    </p>
  );
}
