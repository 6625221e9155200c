import { z } from 'zod';
import { addMs, dayMs, minuteMs } from '../lib/dates.ts';
import type { Id } from '../lib/ids.ts';
import { isCurrency } from '../lib/money.ts';
import type { Environment, Tx } from '../lib/tx.ts';
import type { DataKey } from '../lib/vault.ts';
import { lockConsent, withdrawConsent } from './consents.ts';
import {
  bureauBands,
  type Evidence,
  type EvidenceAnswer,
  type EvidenceItem,
  type EvidenceProvider,
  type EvidenceReply,
} from './evidence-port.ts';
import { contactOf, dataKeyOf } from './profile.ts';
import { sandboxEvidence } from './sandbox-evidence.ts';
import { placeOf } from './sealing.ts';

/** So long an answer counts, by business time; then it has to be asked for again. */
const answerLifeMs = 90 * dayMs;

/** Nobody asks again so soon after asking, by the wall's clock, also when the provider did not answer. */
const betweenAsksMs = 10 * minuteMs;

export type EvidenceRow = {
  environment_id: string;
  shopper_id: Id<'shp'>;
  item: EvidenceItem;
  consent_id: Id<'cns'>;
  provider: string;
  status: 'asked' | 'answered' | 'not_found' | 'unavailable';
  answer_sealed: string | null;
  asked_at: Date;
  lease_until: Date;
  expires_at: Date | null;
};

/** What is to be asked, outside of the transaction that allowed it. */
export type EvidenceRequest = {
  shopperId: Id<'shp'>;
  item: EvidenceItem;
  phone: string;
  consentId: Id<'cns'>;
  provider: EvidenceProvider;
};

/** How one item stands, for the shopper's own page. */
export type EvidenceState = {
  item: EvidenceItem;
  status: EvidenceRow['status'] | 'expired';
  askedAt: Date;
  expiresAt: Date | null;
  /** Undefined unless it counts at this moment. */
  answer: EvidenceAnswer | undefined;
};

const answerSchema = z.discriminatedUnion('item', [
  z.object({ item: z.literal('bureau'), band: z.enum(bureauBands) }),
  z.object({
    item: z.literal('income'),
    amount: z.coerce
      .bigint()
      .nonnegative()
      .lt(10n ** 15n),
    currency: z.string().refine(isCurrency),
  }),
  z.object({ item: z.literal('phone_tenure'), months: z.int().min(0).max(1_200) }),
]);

/** Who answers in this environment; nobody in live until a provider is set up. */
export function evidenceProviderFor({ kind }: Environment): EvidenceProvider | undefined {
  return kind === 'sandbox' ? sandboxEvidence : undefined;
}

/**
 * Allows one item to be asked for: with the shopper's consent, and not while an answer counts or was asked for less than
 * ten minutes ago. Commit, then `askEvidence`, then `finishEvidence`.
 */
export async function beginEvidence(
  tx: Tx,
  { shopperId, item }: { shopperId: Id<'shp'>; item: EvidenceItem },
): Promise<
  | { outcome: 'begun'; request: EvidenceRequest }
  | { outcome: 'nobody_to_ask' | 'no_consent' | 'known' | 'too_soon' }
> {
  const provider = evidenceProviderFor(tx.environment);
  if (!provider) return { outcome: 'nobody_to_ask' };
  const consentId = await lockConsent(tx, { shopperId, purpose: `evidence:${item}` });
  if (!consentId) return { outcome: 'no_consent' };
  const known = await evidenceOf(tx, shopperId).where({ item }).forUpdate().first();
  if (known?.expires_at && known.expires_at > tx.now) return { outcome: 'known' };
  if (known && known.lease_until > tx.wallNow) return { outcome: 'too_soon' };
  const row = {
    consent_id: consentId,
    provider: provider.name,
    status: 'asked' as const,
    answer_sealed: null,
    asked_at: tx.now,
    lease_until: addMs(tx.wallNow, betweenAsksMs),
    expires_at: null,
  };
  await tx
    .sql<EvidenceRow>('shopper_evidence')
    .insert({ environment_id: tx.environment.id, shopper_id: shopperId, item, ...row })
    .onConflict(['environment_id', 'shopper_id', 'item'])
    .merge(row);
  const { phone } = await contactOf(tx, shopperId);
  return { outcome: 'begun', request: { shopperId, item, phone, consentId, provider } };
}

/** Asks the provider; who fails, answers nonsense or takes longer than `timeoutMs` is unavailable. Never throws. */
export async function askEvidence(
  { provider, item, phone }: EvidenceRequest,
  { timeoutMs }: { timeoutMs: number },
): Promise<EvidenceReply> {
  const signal = AbortSignal.timeout(timeoutMs);
  const tooLate = new Promise<EvidenceReply>((resolve) => {
    signal.addEventListener('abort', () => resolve({ outcome: 'unavailable' }), { once: true });
  });
  try {
    const reply = await Promise.race([provider.ask({ item, phone }, signal), tooLate]);
    if (reply.outcome !== 'found') return reply;
    const answer = answerSchema.parse(reply.answer);
    return answer.item === item ? { outcome: 'found', answer } : { outcome: 'unavailable' };
  } catch {
    return { outcome: 'unavailable' };
  }
}

/** Keeps what was answered, sealed; nothing when the consent was withdrawn while it was asked. */
export async function finishEvidence(
  tx: Tx,
  { request, reply }: { request: EvidenceRequest; reply: EvidenceReply },
): Promise<'answered' | 'not_found' | 'unavailable' | 'withdrawn'> {
  const { shopperId, item, consentId } = request;
  const consent = await lockConsent(tx, { shopperId, purpose: `evidence:${item}` });
  if (consent !== consentId) return 'withdrawn';
  const row = evidenceOf(tx, shopperId).where({ item });
  if (reply.outcome !== 'found') {
    await row.update({ status: reply.outcome });
    return reply.outcome;
  }
  const text = JSON.stringify(reply.answer, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const dataKey = await dataKeyOf(tx, shopperId);
  await row.update({
    status: 'answered',
    answer_sealed: tx.vault.seal(text, answerPlace(tx, shopperId, item), dataKey),
    expires_at: addMs(tx.now, answerLifeMs),
  });
  return 'answered';
}

/** The shopper takes a consent back: from this moment the item is neither asked for nor used, and its answer is gone. */
export async function withdrawEvidence(
  tx: Tx,
  { shopperId, item }: { shopperId: Id<'shp'>; item: EvidenceItem },
): Promise<void> {
  await withdrawConsent(tx, { shopperId, purpose: `evidence:${item}` });
  await evidenceOf(tx, shopperId).where({ item }).delete();
}

const evidenceSql = `select e.item, e.answer_sealed, s.data_key
  from shopper_evidence e
    join shoppers s on s.environment_id = e.environment_id and s.id = e.shopper_id
  where e.environment_id = $1 and e.shopper_id = $2 and e.item in ('bureau', 'phone_tenure') and e.expires_at > $3`;

/** What the score may look at, in one statement; null when nobody answered, or nothing of it counts any more. */
export async function readEvidence(tx: Tx, shopperId: string): Promise<Evidence | null> {
  const rows = await tx.query<OpenableRow>(evidenceSql, [tx.environment.id, shopperId, tx.now]);
  const answers = rows.flatMap(({ item, answer_sealed: sealed, data_key: wrapped }) =>
    sealed === null
      ? []
      : [openAnswer(tx, { shopperId, item, sealed, dataKey: tx.vault.unwrapDataKey(wrapped, shopperId) })],
  );
  if (answers.length === 0) return null;
  return {
    phoneTenureMonths: answers.find((answer) => answer.item === 'phone_tenure')?.months ?? null,
    bureauBand: answers.find((answer) => answer.item === 'bureau')?.band ?? null,
  };
}

/** Forgets what outside parties answered once it counts no more; returns how many answers. */
export async function forgetExpiredAnswers(tx: Tx): Promise<number> {
  return tx
    .sql<EvidenceRow>('shopper_evidence')
    .where({ environment_id: tx.environment.id, status: 'answered' })
    .where('expires_at', '<=', tx.now)
    .delete();
}

/** How each item that was ever asked for stands. */
export async function listEvidence(tx: Tx, shopperId: Id<'shp'>): Promise<EvidenceState[]> {
  const rows = await evidenceOf(tx, shopperId);
  const dataKey = await dataKeyOf(tx, shopperId);
  return rows.map(({ item, status, answer_sealed: sealed, asked_at: askedAt, expires_at: expiresAt }) => {
    const counts = sealed !== null && expiresAt !== null && expiresAt > tx.now;
    return {
      item,
      status: status === 'answered' && !counts ? 'expired' : status,
      askedAt,
      expiresAt,
      answer: counts ? openAnswer(tx, { shopperId, item, sealed, dataKey }) : undefined,
    };
  });
}

type OpenableRow = Pick<EvidenceRow, 'item' | 'answer_sealed'> & { data_key: string };

export function openAnswer(
  tx: Tx,
  input: { shopperId: string; item: EvidenceItem; sealed: string; dataKey: DataKey },
): EvidenceAnswer {
  const { shopperId, item, sealed, dataKey } = input;
  return answerSchema.parse(JSON.parse(tx.vault.open(sealed, answerPlace(tx, shopperId, item), dataKey)));
}

function answerPlace(tx: Tx, shopperId: string, item: EvidenceItem): string {
  return placeOf(tx, 'shopper_evidence', 'answer', `${shopperId}/${item}`);
}

function evidenceOf(tx: Tx, shopperId: Id<'shp'>) {
  return tx
    .sql<EvidenceRow>('shopper_evidence')
    .where({ 'shopper_evidence.environment_id': tx.environment.id, shopper_id: shopperId } as never);
}
