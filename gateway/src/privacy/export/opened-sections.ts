import type { Tx } from '../../lib/tx.ts';
import type { DataKey } from '../../lib/vault.ts';
import { placeOf } from '../../shoppers/sealing.ts';
import { sealedPlace } from '../../lib/vault.ts';

/** Whose values are opened, and how: `place` is where one lies. */
export type Opener = { shopperId: string; open: (sealed: string | null, place: string) => string | null };

export function openerOf(tx: Tx, shopperId: string, dataKey: DataKey): Opener {
  return {
    shopperId,
    open: (sealed, place) => (sealed === null ? null : tx.vault.open(sealed, place, dataKey)),
  };
}

type Row = Record<string, unknown>;
type Section = { query: string; read: (tx: Tx, opener: Opener, row: Row) => Row };

const sealed = (row: Row, name: string): string | null => row[name] as string | null;
const idOf = (row: Row): string => String(row.id);

/**
 * What of a shopper lies sealed under their data key, by the name that it has in their file. What others wrote is there where
 * it was written to them.
 */
export const openedSections: Readonly<Record<string, Section>> = {
  declared_incomes: {
    query: `select version, income_sealed, declared_on from shopper_incomes
      where environment_id = :environment and shopper_id = :shopper order by version`,
    read: (tx, { shopperId, open }, { version, income_sealed: income, declared_on }) => ({
      declared_on,
      income: parsed(
        open(
          income as string | null,
          sealedPlace(tx.environment.id, 'shopper_incomes', 'income', shopperId, String(version)),
        ),
      ),
    }),
  },
  evidence_from_others: {
    query: `select item, provider, status, answer_sealed, asked_at, expires_at from shopper_evidence
      where environment_id = :environment and shopper_id = :shopper order by item`,
    read: (tx, { shopperId, open }, { answer_sealed: answer, ...row }) => ({
      ...row,
      answer: parsed(
        open(
          answer as string | null,
          placeOf(tx, 'shopper_evidence', 'answer', `${shopperId}/${String(row.item)}`),
        ),
      ),
    }),
  },
  passkeys: {
    query: `select id, name_sealed, created_at, used_at from shopper_passkeys
      where environment_id = :environment and shopper_id = :shopper order by created_at, id`,
    read: (tx, { open }, { name_sealed: name, ...row }) => ({
      ...row,
      name: open(name as string | null, placeOf(tx, 'shopper_passkeys', 'name', idOf(row))),
    }),
  },
  warnings: {
    query: `select hold_id as id, locale, words_sealed, agreed_at from kept_warnings
      where environment_id = :environment and shopper_id = :shopper order by agreed_at`,
    read: (tx, { open }, row) => ({
      words: open(sealed(row, 'words_sealed'), placeOf(tx, 'kept_warnings', 'words', idOf(row))),
      agreed_at: row.agreed_at,
    }),
  },
  figures_of_decisions: {
    query: `select id, guards #>> '{protection,sealed}' as figures_sealed from assessments
      where environment_id = :environment and shopper_id = :shopper
        and guards #>> '{protection,sealed}' is not null order by id`,
    read: (tx, { shopperId, open }, row) => ({
      decision_id: row.id,
      figures: parsed(
        open(sealed(row, 'figures_sealed'), placeOf(tx, 'assessments', 'guards.protection', shopperId)),
      ),
    }),
  },
  appeals: {
    query: `select id, assessment_id as decision_id, status, words_sealed, answer_sealed, created_at, asked_at, ended_at
      from appeals where environment_id = :environment and shopper_id = :shopper order by id`,
    read: (tx, opener, row) => withTexts(tx, opener, 'appeals', row, ['words', 'answer']),
  },
  disputes: {
    query: `select id, order_id, reason, amount, currency, status, words_sealed, answer_sealed, note_sealed, refunded_amount,
        ended_by, response_due_at, created_at, answered_at, ended_at
      from disputes where environment_id = :environment and shopper_id = :shopper order by id`,
    read: (tx, opener, row) => withTexts(tx, opener, 'disputes', row, ['words', 'answer', 'note']),
  },
  dispute_files: {
    query: `select e.id, e.dispute_id, e.given_by, e.name_sealed, e.content_type, e.size, e.sha256, e.created_at
      from dispute_evidence e join disputes d on d.environment_id = e.environment_id and d.id = e.dispute_id
      where d.environment_id = :environment and d.shopper_id = :shopper order by e.id`,
    read: (tx, opener, row) => withTexts(tx, opener, 'dispute_evidence', row, ['name']),
  },
  cases: {
    query: `select id, opened_by, about_kind as about, about_id, status, subject_sealed, subject_readers, created_at, closed_at
      from cases where environment_id = :environment and shopper_id = :shopper and with_shopper order by id`,
    read: (tx, opener, { subject_readers: readers, ...row }) => ({
      ...withTexts(tx, opener, 'cases', row, ['subject']),
      // What was not written to them is not theirs to read.
      ...(readers !== 'shopper' && readers !== 'all' && { subject: null }),
    }),
  },
  case_messages: {
    query: `select m.id, m.case_id, m.author, m.readers, m.text_sealed, m.help_article, m.created_at
      from case_messages m join cases c on c.environment_id = m.environment_id and c.id = m.case_id
      where c.environment_id = :environment and c.shopper_id = :shopper and m.readers in ('shopper', 'all') order by m.id`,
    read: (tx, opener, row) => withTexts(tx, opener, 'case_messages', row, ['text']),
  },
  messages: {
    query: `select id, channel, template, subject, recipient_sealed, body_sealed, status, occurred_at, created_at
      from messages where environment_id = :environment and shopper_id = :shopper order by id`,
    read: (tx, opener, row) => withTexts(tx, opener, 'messages', row, ['recipient', 'body']),
  },
};

/** A row with its `<name>_sealed` columns opened under their names. */
function withTexts(tx: Tx, { open }: Opener, table: string, row: Row, names: readonly string[]): Row {
  const plain = Object.entries(row).filter(([name]) => !name.endsWith('_sealed'));
  const texts = names.map((name) => [
    name,
    open(sealed(row, `${name}_sealed`), placeOf(tx, table, name, idOf(row))),
  ]);
  return Object.fromEntries([...plain, ...texts]) as Row;
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
