import { MorrowError } from '../../errors.ts';
import type { Connection } from '../connection.ts';
import { plain } from '../format.ts';
import type { Launch } from './browser.ts';
import { type Check, fail, type Finding, type Outcome, skip } from './check.ts';
import { browserChecks } from './checks/browser.ts';
import { forgeryChecks } from './checks/forgeries.ts';
import { keyRotation } from './checks/keys.ts';
import { pageChecks, secretsCheck } from './checks/pages.ts';
import { payChecks } from './checks/pay.ts';
import { returnChecks } from './checks/return.ts';
import { webhookChecks } from './checks/webhooks.ts';
import { type KeyInstaller, newSessions, type Patient } from './patient.ts';
import type { Profile } from './profile.ts';
import { openTap } from './tap.ts';
import { VisitError } from './visitor.ts';

export type Examination = {
  connection: Connection;
  /** The shop's origin. */
  origin: string;
  profile: Profile;
  launch: Launch;
  /** Where on this machine webhooks are caught; 0 for any port. */
  port: number;
  webhookSecret?: string | undefined;
  /** Rotates the endpoint's secret, and writes the new one here. */
  secretFile?: string | undefined;
  /** Rotates the key that examines, which has to be the shop's. */
  keyInstaller?: KeyInstaller | undefined;
  /** The ids of the checks that are wanted; all without it. */
  only?: readonly string[] | undefined;
  /** Also waits for what takes minutes. */
  patient?: boolean;
  note: (text: string) => void;
  signal: AbortSignal;
};

/** In the order in which they are tried; the first makes the order that others look at. */
export const checks: readonly Check[] = [
  ...returnChecks,
  ...payChecks,
  ...webhookChecks,
  ...forgeryChecks,
  ...pageChecks,
  ...browserChecks,
  keyRotation,
  secretsCheck,
];

const withoutOrder = 'It looks at the order of a first purchase, which could not be made.';
const needsOrder = new Set([
  'return.reload',
  'return.back',
  'webhook.accepted',
  'webhook.duplicate',
  'webhook.rotation',
  'webhook.reorder',
  'webhook.stale',
  'webhook.forged',
  'webhook.altered',
]);

/**
 * Examines a shop, one check after the other, and tells each finding as soon as it is there. Whatever happens, the shop's
 * endpoint leads to the shop again when this ends. Rejects by the signal.
 */
export async function examine(
  examination: Examination,
  tell: (finding: Finding) => void,
): Promise<Finding[]> {
  const { connection, origin, port, launch, signal, webhookSecret } = examination;
  const patient: Patient = {
    ...examination,
    tap: await openTap(connection, { origin, port, signal }),
    browser: 'It is not open yet.',
    webhookSecret,
    secretFile: examination.secretFile,
    keyInstaller: examination.keyInstaller,
    patient: examination.patient ?? false,
    seen: [],
    secrets: new Map(webhookSecret ? [[webhookSecret, 'The webhook secret']] : []),
    known: new Set(),
  };
  const findings: Finding[] = [];
  try {
    patient.browser = await launch();
    await newSessions(patient);
    for (const check of wantedChecks(examination.only)) {
      const finding = { ...aboutOf(check), ...(await outcomeOf(check, patient)) };
      findings.push(finding);
      tell(finding);
    }
  } finally {
    if (typeof patient.browser !== 'string') await patient.browser.close();
    if (typeof patient.tap !== 'string') await patient.tap.close(patient.connection);
  }
  return findings;
}

/** The first purchase belongs to all of them: most others look at it. */
function wantedChecks(only: readonly string[] | undefined): readonly Check[] {
  return only ? checks.filter(({ id }) => id === 'buy' || only.includes(id)) : checks;
}

function aboutOf({ id, title, fix }: Check): Pick<Check, 'id' | 'title' | 'fix'> {
  return { id, title, fix };
}

/** A shop that does not even answer fails the check that asked; what Morrow refuses is no finding about the shop, but none is a pass. */
async function outcomeOf(check: Check, patient: Patient): Promise<Outcome> {
  patient.signal.throwIfAborted();
  if (needsOrder.has(check.id) && !patient.bought) return skip(withoutOrder);
  try {
    return await check.run(patient);
  } catch (error) {
    patient.signal.throwIfAborted();
    if (error instanceof VisitError) return fail(plain(error.message));
    if (error instanceof MorrowError) return fail(`Doctor was refused: ${plain(error.message)}`);
    throw error;
  }
}
