import type { VNode } from 'preact';
import { findShopperId } from '../../../dossiers/find-shopper.ts';
import type { Tx } from '../../../lib/tx.ts';
import { field } from '../../forms.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import type { ConsoleAction, Done } from '../act.ts';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput } from '../input.ts';
import { SearchField } from '../../parts/search-form.tsx';
import { consolePath } from '../paths.ts';
import { inConsole } from '../visit.ts';

const longestFind = 60;

/** Where an operator names the shopper whom somebody asks about. There is no list of shoppers to leaf through. */
export function showShoppers(_tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.shoppers;
  return Promise.resolve({
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="shoppers" title={t.title} intro={t.intro}>
        <Find input={input} />
      </ConsoleFrame>
    ),
  });
}

/** Posted, because addresses are written to logs and a phone must not be. */
function Find({ input }: { input: ConsoleInput }): VNode {
  const t = input.t.shoppers;
  return (
    <section class="card">
      <PostForm
        action={`${consolePath(input.visit.environment.id, 'shoppers')}/find`}
        token={input.token}
        class="step"
      >
        <SearchField name="find" label={t.find} hint={t.findHint} value="" most={longestFind} />
        <button class="button quiet" type="submit">
          {t.search}
        </button>
      </PostForm>
    </section>
  );
}

/** Leads to the shopper who is meant. By what they were looked up is kept, and whether there was one; never a phone. */
export async function findShopper({ context, visit, req }: ConsoleAction): Promise<Done> {
  const path = consolePath(visit.environment.id, 'shoppers');
  const asked = field(req, 'find').trim().slice(0, longestFind);
  const shopperId = await inConsole(
    context,
    visit,
    async (tx) => {
      const found = await findShopperId(tx, asked);
      await audit(tx, visit, 'shopper_searched', { objectId: found.shopperId, details: { by: found.by } });
      return found.shopperId;
    },
    'read',
  );
  return shopperId === undefined ? { to: path, said: 'shopper_unknown' } : { to: `${path}/${shopperId}` };
}
