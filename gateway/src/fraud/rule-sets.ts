import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { defaultRulesOf, type VersionedRules } from './default-rules.ts';
import { hashRuleSet, type RuleSet, readRuleSet } from './rules.ts';

export type RuleSetStatus = 'draft' | 'active' | 'retired';

/** A version of an environment's rules. Version 1 is in the code, by nobody. */
export type StoredRuleSet = VersionedRules & {
  status: RuleSetStatus;
  createdBy: string | null;
  createdAt: Date | null;
  activatedBy: string | null;
  activatedAt: Date | null;
};

type RuleSetRow = {
  environment_id: string;
  version: number;
  rules: RuleSet;
  rules_hash: string;
  status: RuleSetStatus;
  created_by: string;
  created_at: Date;
  activated_by: string | null;
  activated_at: Date | null;
};

function ruleSetsOf(tx: Tx) {
  return tx.sql<RuleSetRow>('fraud_rule_sets').where({ environment_id: tx.environment.id });
}

/** Whatever is stored is read like what somebody wrote: a version that the code cannot use any more is not used. */
function toStored(row: RuleSetRow): StoredRuleSet {
  return {
    version: row.version,
    hash: row.rules_hash,
    set: readRuleSet(row.rules),
    status: row.status,
    createdBy: row.created_by,
    createdAt: row.created_at,
    activatedBy: row.activated_by,
    activatedAt: row.activated_at,
  };
}

function versionOne(tx: Tx, isActive: boolean): StoredRuleSet {
  return {
    ...defaultRulesOf(tx.environment),
    status: isActive ? 'active' : 'retired',
    createdBy: null,
    createdAt: null,
    activatedBy: null,
    activatedAt: null,
  };
}

/** Every version, the newest first. */
export async function listRuleSets(tx: Tx): Promise<StoredRuleSet[]> {
  const rows = await ruleSetsOf(tx).orderBy('version', 'desc');
  const hasActive = rows.some(({ status }) => status === 'active');
  return [...rows.map(toStored), versionOne(tx, !hasActive)];
}

/** @throws GatewayError `not_found`. */
export async function findRuleSet(tx: Tx, version: number): Promise<StoredRuleSet> {
  const found = (await listRuleSets(tx)).find((stored) => stored.version === version);
  if (!found) throw new GatewayError('not_found', { detail: `There is no version ${version} of the rules.` });
  return found;
}

/** The rules in force. */
export async function activeRules(tx: Tx): Promise<VersionedRules> {
  const row = await ruleSetsOf(tx).where({ status: 'active' }).first();
  return row ? toStored(row) : defaultRulesOf(tx.environment);
}

/** Keeps rules as the next version, a draft that decides nothing yet. @throws RulesRefused. */
export async function createRuleSet(
  tx: Tx,
  input: { rules: unknown; createdBy: string },
): Promise<StoredRuleSet> {
  const set = readRuleSet(input.rules);
  await lockRuleSets(tx);
  const last = await ruleSetsOf(tx).max<{ max: number | null }[]>('version').first();
  const [row] = await tx
    .sql<RuleSetRow>('fraud_rule_sets')
    .insert({
      environment_id: tx.environment.id,
      version: (last?.max ?? 1) + 1,
      rules: JSON.stringify(set) as never,
      rules_hash: hashRuleSet(set),
      status: 'draft',
      created_by: input.createdBy,
      created_at: tx.wallNow,
    })
    .returning('*');
  if (!row) throw new Error('the rules were not stored');
  return toStored(row);
}

/** Puts a version in force in the place of the one that is: a draft, or one that was before. @throws `not_found`. */
export async function activateRuleSet(
  tx: Tx,
  input: { version: number; activatedBy: string },
): Promise<StoredRuleSet> {
  const { version, activatedBy } = input;
  await lockRuleSets(tx);
  await findRuleSet(tx, version);
  await ruleSetsOf(tx).where({ status: 'active' }).whereNot({ version }).update({ status: 'retired' });
  if (version > 1) {
    await ruleSetsOf(tx)
      .where({ version })
      .update({ status: 'active', activated_by: activatedBy, activated_at: tx.wallNow });
  }
  return findRuleSet(tx, version);
}

/** Two who make or activate versions come one after the other. */
async function lockRuleSets(tx: Tx): Promise<void> {
  await tx.sql.raw(`select pg_advisory_xact_lock(hashtextextended(?, 25))`, [
    `fraud_rule_sets ${tx.environment.id}`,
  ]);
}

/** Rules that this process has read, by their hash, which names their content in every database. */
const known = new Map<string, VersionedRules>();
const mostKnown = 100;

/** The rules of a version that a statement has named; read once by each process. */
export async function rulesNamed(
  tx: Tx,
  named: { version: number; hash: string } | null,
): Promise<VersionedRules> {
  if (!named) return defaultRulesOf(tx.environment);
  const remembered = known.get(named.hash);
  if (remembered) return { ...remembered, version: named.version };
  const rules = await findRuleSet(tx, named.version);
  if (known.size >= mostKnown) known.clear();
  known.set(named.hash, rules);
  return rules;
}
