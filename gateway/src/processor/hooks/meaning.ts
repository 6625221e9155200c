import { isId } from '../../lib/ids.ts';
import type { ParkReason } from './news.ts';
import type { ProcessorEvent, Thing } from './read-event.ts';

/** What an event gives us a reason to do. */
export type Meaning =
  /** Look at what our attempts with these names have come to. `told` is how it ended, where the event says that. */
  | { about: 'attempts'; names: string[]; told: 'succeeded' | 'failed' | undefined }
  /** A payout has arrived or has not, or is back. `attemptId` is ours, where the processor has it. */
  | {
      about: 'payout';
      attemptId: string | undefined;
      reference: string;
      status: 'paid' | 'failed';
      code: string | null;
      /** The merchant's account that it was sent from; undefined for a transfer to it, which is our own. */
      account: string | undefined;
    }
  /** Look at how identity checks with these names stand. */
  | { about: 'identity'; names: string[] }
  /** Something has moved in our books at the processor. */
  | { about: 'books' }
  | { about: 'nothing'; reason: ParkReason };

const sendsCash = 'v2.money_management.outbound_payment.';

/** What becomes of cash that we send, by the last word of the type: such an event shows no object. */
const cashOutcomes: Record<string, 'succeeded' | 'failed'> = {
  posted: 'succeeded',
  failed: 'failed',
  returned: 'failed',
  canceled: 'failed',
};

/** What an event means to us, by its type. Pure. */
export function meaningOf(event: ProcessorEvent): Meaning {
  const { type, thing, account } = event;
  if (type.startsWith('charge.dispute.') || type.startsWith('topup.'))
    return account === undefined ? { about: 'books' } : foreign;
  if (type.startsWith('payout.'))
    return account === undefined ? { about: 'books' } : withThing(thing, (it) => ofPayout(it, account));
  if (type.startsWith('identity.verification_session.'))
    return account === undefined ? withThing(thing, ofIdentityCheck) : foreign;
  const read = readerOf(type);
  if (!read) return { about: 'nothing', reason: 'type_unsupported' };
  return account === undefined ? withThing(thing, read) : foreign;
}

const foreign: Meaning = { about: 'nothing', reason: 'account_foreign' };

function withThing(thing: Thing | undefined, read: (thing: Thing) => Meaning): Meaning {
  return thing ? read(thing) : { about: 'nothing', reason: 'shape_unknown' };
}

function readerOf(type: string): ((thing: Thing) => Meaning) | undefined {
  if (type.startsWith('payment_intent.')) return ofIntent;
  if (type.startsWith('refund.') || type.startsWith('charge.refund.')) return ofRefund;
  if (type.startsWith('charge.')) return ofCharge;
  if (type.startsWith('transfer.')) return ofTransfer;
  if (type.startsWith(sendsCash))
    return ({ id }) => ({
      about: 'attempts',
      names: [id],
      told: cashOutcomes[type.slice(sendsCash.length)],
    });
  return undefined;
}

/** Our ids among the metadata: of the attempt that asked, and of each capture of a hold, as a key of its own. */
function attemptsIn({ metadata }: Thing): string[] {
  const named = [metadata?.attempt_id, ...Object.keys(metadata ?? {})];
  return named.filter((name) => isId('att', name));
}

function ofIdentityCheck({ id, metadata }: Thing): Meaning {
  const own = metadata?.check_id;
  return { about: 'identity', names: isId('idc', own) ? [own, id] : [id] };
}

/** An intent that did not succeed may be one that we have let go of, so only success is told. */
function ofIntent(thing: Thing): Meaning {
  const told = thing.status === 'succeeded' ? 'succeeded' : undefined;
  return { about: 'attempts', names: [...attemptsIn(thing), thing.id], told };
}

/** A charge that was made for an intent has the intent's metadata, and its own outcome is not the intent's. */
function ofCharge(thing: Thing): Meaning {
  const intent = thing.payment_intent ?? thing.id;
  return { about: 'attempts', names: [...attemptsIn(thing), intent], told: undefined };
}

function ofRefund(thing: Thing): Meaning {
  const { status } = thing;
  const failed = status === 'failed' || status === 'canceled';
  return {
    about: 'attempts',
    names: [...attemptsIn(thing), thing.id],
    told: status === 'succeeded' ? status : failed ? 'failed' : undefined,
  };
}

/** Only the id that has the shape of an attempt's is taken from metadata: a merchant may write into its account's. */
function attemptOf({ metadata }: Thing): string | undefined {
  return isId('att', metadata?.attempt_id) ? metadata.attempt_id : undefined;
}

function ofPayout(thing: Thing, account: string): Meaning {
  const attemptId = attemptOf(thing);
  const { id, status } = thing;
  const failed = status === 'failed' || status === 'canceled';
  if (status !== 'paid' && !failed) return { about: 'attempts', names: [attemptId ?? id], told: undefined };
  return {
    about: 'payout',
    attemptId,
    reference: attemptId ?? id,
    status: failed ? 'failed' : 'paid',
    code: failed ? (thing.failure_code ?? status) : null,
    account,
  };
}

/** A transfer moves money to a merchant's account. What is back whole has come back; of a part nothing of ours knows. */
function ofTransfer(thing: Thing): Meaning {
  const attemptId = attemptOf(thing);
  const { id, reversed, amount_reversed: back } = thing;
  if (reversed)
    return {
      about: 'payout',
      attemptId,
      reference: attemptId ?? id,
      status: 'failed',
      code: 'transfer_reversed',
      account: undefined,
    };
  if ((back ?? 0) > 0) return { about: 'nothing', reason: 'reversed_in_part' };
  return { about: 'attempts', names: [attemptId ?? id], told: undefined };
}
