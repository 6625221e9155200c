import type { Router } from 'express';
import { isCurrency } from '../../../lib/money.ts';
import type { Tx } from '../../../lib/tx.ts';
import { answerOffer } from '../../../standing/answer-offer.ts';
import type { Result } from '../../answer-form.ts';
import type { PagesContext } from '../../context.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import type { Page } from '../../send-page.tsx';
import { type AccountAction, act } from '../action.ts';
import { addressOf } from '../paths.ts';
import { show } from '../show.tsx';
import type { AccountInput } from '../view.tsx';
import { readLineTerms } from './read.ts';
import { limitsView } from './view.tsx';

/** Limit and price over time, and the answer to an offered raise. */
export function mountLimits(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/limits`, show(context, showLimits));
  router.post(`${at}/limits/offer`, act(context, answer));
}

async function showLimits(tx: Tx, input: AccountInput): Promise<Page> {
  return limitsView(input, await readLineTerms(tx, input.visit.shopper.id));
}

const notices = { accepted: 'raise_accepted', declined: 'raise_declined', gone: 'raise_gone' } as const;

/** Only a plain yes raises anything. */
async function answer({ context, visit, req }: AccountAction): Promise<Result> {
  const to = addressOf(visit.place.path, 'limits');
  const currency = field(req, 'currency');
  if (!isCurrency(currency)) return { to, memory: say(visit, 'raise_gone') };
  const answered = await inVisit(context, visit, (tx) =>
    answerOffer(tx, {
      shopperId: visit.shopper.id,
      currency,
      changeId: field(req, 'change'),
      accept: field(req, 'answer') === 'accept',
    }),
  );
  return { to, memory: say(visit, notices[answered.outcome]) };
}
