import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import {
  type Case,
  type CaseMessageRow,
  caseMessagesOf,
  type CaseParty,
  type CaseReaders,
  type CaseRow,
  type CaseSide,
  type CaseStatus,
  casesWith,
  findCaseRow,
  isFor,
  toCase,
} from './cases.ts';
import { type CaseOpener, caseSubject, caseText, openerOfCases } from './words.ts';

/** A message as one side reads it. */
export type CaseMessage = {
  id: Id<'csm'>;
  author: CaseSide;
  /** Which operator or member it was; null for all but operators. */
  authorId: string | null;
  readers: CaseReaders;
  text: string;
  helpArticle: string | null;
  createdAt: Date;
};

/** A case with its subject; null where that was not written to whoever reads. */
export type ShownCase = Case & { subject: string | null };

/** A case and all of its messages that this party may read, the oldest first. Throws `not_found`. */
export async function readCase(
  tx: Tx,
  { caseId, party }: { caseId: string; party: CaseParty },
): Promise<{ shown: ShownCase; messages: CaseMessage[] }> {
  const row = await findCaseRow(tx, { caseId, party });
  const open = openerOfCases(tx);
  const rows = await caseMessagesOf(tx).where({ case_id: row.id }).orderBy('id');
  const messages: CaseMessage[] = [];
  for (const message of rows) {
    if (isFor(message.readers, party.side)) messages.push(await toMessage(row, message, { party, open }));
  }
  return { shown: await withSubject(row, party, open), messages };
}

async function toMessage(
  { shopper_id: shopperId }: CaseRow,
  row: CaseMessageRow,
  { party, open }: { party: CaseParty; open: CaseOpener },
): Promise<CaseMessage> {
  return {
    id: row.id,
    author: row.author,
    authorId: party.side === 'operator' ? row.author_id : null,
    readers: row.readers,
    text: await open(caseText, { id: row.id, shopperId, sealed: row.text_sealed }),
    helpArticle: row.help_article,
    createdAt: row.created_at,
  };
}

async function withSubject(row: CaseRow, party: CaseParty, open: CaseOpener): Promise<ShownCase> {
  const mine = isFor(row.subject_readers, party.side);
  const { id, shopper_id: shopperId, subject_sealed: sealed } = row;
  return { ...toCase(row), subject: mine ? await open(caseSubject, { id, shopperId, sealed }) : null };
}

/**
 * Cases of a party, `limit` of them after the case `after`: by default the newest first, with `longestFirst` those first that
 * have been in their status for longest.
 */
export async function listCases(
  tx: Tx,
  input: {
    party: CaseParty;
    statuses?: readonly CaseStatus[] | undefined;
    assignedTo?: string | undefined;
    longestFirst?: boolean | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<ShownCase[]> {
  const { party, statuses, assignedTo, longestFirst = false, after } = input;
  const last = after
    ? await casesWith(tx, party)
        .where({ id: after as Id<'cse'> })
        .first()
    : undefined;
  const rows = await casesWith(tx, party)
    .modify((query) => {
      if (statuses !== undefined) void query.whereIn('status', statuses);
      if (assignedTo !== undefined) void query.where({ assigned_to: assignedTo });
      if (longestFirst) void query.orderBy('waiting_since');
      if (!last) return;
      if (longestFirst) void query.whereRaw('(waiting_since, id) > (?, ?)', [last.waiting_since, last.id]);
      else void query.where('id', '<', last.id);
    })
    .orderBy('id', longestFirst ? 'asc' : 'desc')
    .limit(input.limit);
  const open = openerOfCases(tx);
  const shown: ShownCase[] = [];
  for (const row of rows) shown.push(await withSubject(row, party, open));
  return shown;
}
