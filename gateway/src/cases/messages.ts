import { recordEvent } from '../events/record.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import {
  authorIdOf,
  type CaseMessageRow,
  caseMessagesOf,
  type CaseParty,
  type CaseReaders,
  type CaseRow,
  type CaseStatus,
} from './cases.ts';
import { caseText, mostText, sealCaseWords, wordsOf } from './words.ts';

/** What somebody writes into a case. */
export type NewMessage = {
  /** Names the form: sent twice with the same words, it writes one message. */
  formKey: string;
  readers: CaseReaders;
  text: string;
  /** The help article that an operator sends with it; whether there is such a one is the caller's to know. */
  helpArticle?: string | undefined;
  /** What an operator says comes next; by default whoever is written to is waited for. */
  next?: NextStep | undefined;
};

export const nextSteps = ['shopper', 'merchant', 'nobody', 'closed'] as const;

export type NextStep = (typeof nextSteps)[number];

/** To whom each side may write; the shop only where there is one. */
const readersOf: Record<CaseParty['side'], readonly CaseReaders[]> = {
  shopper: ['shopper', 'all'],
  merchant: ['merchant', 'all'],
  operator: ['shopper', 'merchant', 'all', 'internal'],
};

/** To whom this side may write in a case, or in one about a purchase or none. */
export function readersFor(
  side: CaseParty['side'],
  { merchantId }: { merchantId: string | null },
): readonly CaseReaders[] {
  return readersOf[side].filter((readers) => merchantId !== null || !['merchant', 'all'].includes(readers));
}

/**
 * The key by which a sent form is known again. It is made of the words too, keyed so that it tells nothing of them: who goes
 * back and writes something else into the same form says something else.
 */
export function sentKeyOf(tx: Tx, { formKey, readers, text }: NewMessage, subject = ''): string {
  return tx.vault.stamp('case_form', [formKey, readers, subject, text].join('\n'));
}

function malformed(pointer: string, detail: string): GatewayError {
  return new GatewayError('validation_failed', { detail, errors: [{ pointer, code: 'not_allowed' }] });
}

/** Throws `validation_failed` unless this party may write so in a case about this. */
export function requireWritable(
  message: NewMessage,
  { party, merchantId }: { party: CaseParty; merchantId: string | null },
): void {
  const { readers, next, helpArticle } = message;
  if (!readersFor(party.side, { merchantId }).includes(readers)) {
    throw malformed('/readers', 'This cannot be written to them.');
  }
  const isOperator = party.side === 'operator';
  if (!isOperator && (next !== undefined || helpArticle !== undefined)) {
    throw malformed('/next', 'Only operators say what comes next.');
  }
  if ((next === 'shopper' || next === 'merchant') && readers !== 'all' && readers !== next) {
    throw malformed('/next', 'Whoever is waited for has to read the message.');
  }
  if (next !== undefined && readers === 'internal') {
    throw malformed('/next', 'An internal note asks nobody for anything.');
  }
}

/** In which status a message leaves a case: what a shopper or merchant writes always waits for an operator. */
export function statusAfter(
  { readers, next }: Pick<NewMessage, 'readers' | 'next'>,
  before: { party: CaseParty; status: CaseStatus },
): CaseStatus {
  if (before.party.side !== 'operator') return 'waiting_for_operator';
  if (readers === 'internal') return before.status;
  if (next === 'nobody') return 'open';
  if (next === 'closed') return 'closed';
  return (next ?? readers) === 'merchant' ? 'waiting_for_merchant' : 'waiting_for_shopper';
}

/** Writes a message into a case whose row is locked or new, and tells the shopper of it where it is to them. */
export async function storeMessage(
  tx: Tx,
  row: Pick<CaseRow, 'id' | 'shopper_id' | 'version'>,
  { party, message }: { party: CaseParty; message: NewMessage },
): Promise<CaseMessageRow> {
  const id = newId('csm');
  const words = wordsOf(message.text, mostText, '/text');
  const [stored] = await caseMessagesOf(tx)
    .insert({
      environment_id: tx.environment.id,
      id,
      case_id: row.id,
      author: party.side,
      author_id: authorIdOf(party),
      form_key: sentKeyOf(tx, message),
      readers: message.readers,
      text_sealed: await sealCaseWords(tx, caseText, { id, shopperId: row.shopper_id, words }),
      help_article: message.helpArticle ?? null,
      created_at: tx.now,
    })
    .returning('*');
  if (!stored) throw new Error('the message was not stored');
  if (party.side !== 'shopper' && (message.readers === 'shopper' || message.readers === 'all')) {
    await recordEvent(tx, {
      streams: [row.shopper_id],
      type: 'case.message',
      objectId: row.id,
      objectVersion: row.version,
      data: { from: party.side },
    });
  }
  return stored;
}
