import { newId } from '../../src/lib/ids.ts';
import type { Tx } from '../../src/lib/tx.ts';
import {
  type Assessment,
  type AssessmentSubject,
  type DeclineCode,
  storeAssessment,
} from '../../src/pay-score/assessments.ts';
import { firstBinding } from '../../src/pay-score/binding.ts';
import { fullModel } from '../../src/pay-score/full-model.ts';
import { writeModel } from '../../src/pay-score/model/load.ts';
import type { History } from '../../src/pay-score/model/history.ts';
import type { ModelContent } from '../../src/pay-score/model/schema.ts';
import { scoreFrom } from '../../src/pay-score/score-now.ts';
import { findOrCreateShopper } from '../../src/shoppers/profile.ts';

/** The file of a model that differs from the deciding one: other tables, checked and hashed like any. */
export function otherModel(change: (content: ModelContent) => Partial<ModelContent>): string {
  const { sha256: _, ...content } = structuredClone(fullModel.file);
  return writeModel({ ...content, ...change(content) });
}

/** One that leaves out what characteristics say together, and gives everybody a little less. */
export const withoutPairs = otherModel(({ base }) => ({ pairs: [], base: base - 7 }));

const nobody = {
  repaidInstallments: 4,
  dueInstallments: 4,
  paidOnTime: 4,
  paidEarly: 0,
  daysPastDue: 0,
  tenureDays: 120,
  openPlans: 1,
  utilisationPercent: 20,
};

/** Six months that somebody might have had; `late` is how late the newest one is, `use` how full the line. */
export function someHistory(late: number, use: number): History {
  const billed = 120_000 * use;
  return {
    limit: 120_000,
    months: Array.from({ length: 6 }, (_, month) => ({
      status: month === 0 ? late : 0,
      billed,
      paid: late > 0 && month === 0 ? 0 : billed * 0.3,
    })),
  };
}

let phones = 0;

/** A shopper to whom stored decisions can belong. */
export async function someShopper(tx: Tx): Promise<string> {
  phones += 1;
  const phone = `+86150${String(phones).padStart(8, '0')}`;
  return (await findOrCreateShopper(tx, { phone, locale: 'en' })).shopperId;
}

/** A stored decision, about a cash draw unless told otherwise, of months or, with null, of a thin file. */
export function someDecision(
  tx: Tx,
  input: {
    shopperId: string;
    history: History | null;
    declineCode?: DeclineCode | null;
    amount?: bigint;
    subject?: AssessmentSubject;
  },
): Promise<Assessment> {
  const { shopperId, history, declineCode = null, amount = 10_000n } = input;
  const { subject = { drawId: newId('drw') } } = input;
  return storeAssessment(tx, {
    shopperId,
    subject,
    score: scoreFrom({
      ownHistory: nobody,
      history,
      binding: history && firstBinding('CNY'),
      evidence: null,
    }),
    limit: 200_000n,
    available: 150_000n,
    amount,
    currency: 'CNY',
    declineCode,
    offers: [],
    annualRatePpm: 144_000,
  });
}
