import { z } from 'zod';
import { idOf } from '../../http/schemas.ts';

const Times = z
  .int()
  .min(1)
  .max(1000)
  .default(1)
  .meta({ description: 'How often it happens, and then no more.' });

const PlanId = idOf('pln')
  .optional()
  .meta({ description: "The plan whose card is meant; every card of the sandbox's shoppers without it." });

const AskedFunder = idOf('fnd').optional().meta({
  description: 'The funder that is meant; all without it. From then on it has to accept each plan.',
});

/** The codes with which a sandbox's cards are declined, as the processor names them. */
export const declineCodes = [
  'insufficient_funds',
  'generic_decline',
  'expired_card',
  'do_not_honor',
] as const;

/** What a sandbox's owner can ask to go wrong. */
export const FaultInput = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('card_expires'),
      plan_id: idOf('pln').meta({ description: 'The plan whose card expires.' }),
      from: z.iso
        .date()
        .optional()
        .meta({ description: 'The business date from which it is declined; today without it.' }),
    }),
    z.strictObject({
      kind: z.literal('card_declines'),
      times: Times,
      decline_code: z.enum(declineCodes).default('insufficient_funds'),
      plan_id: PlanId,
    }),
    z.strictObject({ kind: z.literal('processor_timeout'), times: Times, plan_id: PlanId }),
    z.strictObject({ kind: z.literal('processor_late_answer'), times: Times, plan_id: PlanId }),
    z.strictObject({
      kind: z.literal('funder_down'),
      funder_id: idOf('fnd').optional().meta({ description: 'The funder that is down; all without it.' }),
    }),
    z.strictObject({ kind: z.literal('funder_refuses'), times: Times, funder_id: AskedFunder }),
    z.strictObject({ kind: z.literal('funder_hangs'), times: Times, funder_id: AskedFunder }),
    z.strictObject({ kind: z.literal('funder_flaps'), funder_id: AskedFunder }),
    z.strictObject({ kind: z.literal('webhook_lost'), times: Times }),
    z.strictObject({ kind: z.literal('double_webhook'), times: Times }),
    z.strictObject({ kind: z.literal('api_unavailable'), times: Times }),
    z.strictObject({ kind: z.literal('api_rate_limited'), times: Times }),
    z.strictObject({ kind: z.literal('api_answer_lost'), times: Times }),
    z.strictObject({ kind: z.literal('api_slow_answer'), times: Times }),
  ])
  .meta({
    description:
      'card_expires: the card of a plan is declined as expired from a date on. card_declines: the next payments are declined. ' +
      'processor_timeout: the processor does not answer and does nothing. processor_late_answer: it does what was asked, but the ' +
      'answer is lost and has to be looked up. funder_down: no new credit from a funder until the fault is cleared. ' +
      'funder_refuses, funder_hangs, funder_flaps: a funder that has to accept each plan refuses it, does not answer, or is ' +
      'reached only every other time; the next one is asked within the same request. webhook_lost: ' +
      'a delivery never arrives and is retried as usual, after those that come behind it. double_webhook: a delivery arrives ' +
      'twice. api_unavailable, api_rate_limited: the next requests with a key of the sandbox are refused with 503 or 429 before ' +
      'anything is done. api_answer_lost: what is asked is done, and the connection ends without an answer. ' +
      'api_slow_answer: it is done, and the answer comes after 12 seconds. Requests that steer the sandbox itself, such as ' +
      'those to faults and clocks, are spared; where several processes serve, each hears of these four within a second.',
  });

export type FaultInput = z.output<typeof FaultInput>;
