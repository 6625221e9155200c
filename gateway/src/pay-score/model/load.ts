import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { characteristicDefinitions, type Direction } from './derive.ts';
import { type ModelContent, type ModelFile, modelFile, modelVersion, type PairAxis } from './schema.ts';
import { compileModel, type PayScoreModel } from './score.ts';

export type ModelFault = 'not_json' | 'version' | 'schema' | 'hash' | 'tables';

/** A model file that must not be used, and why. */
export class ModelRefused extends Error {
  readonly code: ModelFault;

  constructor(code: ModelFault, reason: string) {
    super(`the model file is refused: ${reason}`);
    this.name = 'ModelRefused';
    this.code = code;
  }
}

/** A model that was read from a checked file; `file.sha256` names it. */
export type LoadedModel = PayScoreModel & { file: ModelFile };

/** The hash that names a model: sha256 of its canonical JSON (RFC 8785) without the member `sha256`. */
export function hashOfModel(content: ModelContent): string {
  return createHash('sha256').update(canonicalJson(content), 'utf8').digest('hex');
}

/** The text of a model file: canonical JSON with the content's hash, and a line end. */
export function writeModel(content: ModelContent): string {
  return `${canonicalJson({ ...content, sha256: hashOfModel(content) })}\n`;
}

/**
 * Reads and checks the text of a model file: its version, every number, its hash, and that all tables fit their cuts and
 * this code's characteristics. Throws ModelRefused.
 */
export function loadModel(text: string): LoadedModel {
  const file = parse(text);
  const { sha256, ...content } = file;
  const hash = hashOfModel(content);
  if (hash !== sha256) throw new ModelRefused('hash', `its content has the hash ${hash}, not ${sha256}`);
  const fault = faultOfTables(content);
  if (fault) throw new ModelRefused('tables', fault);
  return { ...compileModel(file), file };
}

function parse(text: string): ModelFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ModelRefused('not_json', 'it is not JSON');
  }
  const head = z.object({ format: z.literal('morrow-pay-score'), version: z.unknown() }).safeParse(value);
  if (!head.success) throw new ModelRefused('schema', 'it is not a pay score model');
  if (head.data.version !== modelVersion)
    throw new ModelRefused(
      'version',
      `it has version ${JSON.stringify(head.data.version)}; this code reads ${modelVersion}`,
    );
  const parsed = modelFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ModelRefused('schema', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is malformed'}`);
}

function faultOfTables(content: ModelContent): string | undefined {
  const directions = new Map(characteristicDefinitions.map(({ code, risk }) => [code, risk]));
  const scored = new Set<string>();
  for (const table of content.characteristics) {
    const fault = faultOfAxis(table, directions);
    if (fault) return fault;
    if (scored.has(table.code)) return `${table.code} stands twice`;
    if (table.points.length !== table.cuts.length + 1) return `${table.code} has other points than bins`;
    scored.add(table.code);
  }
  for (const { first, second, points } of content.pairs) {
    const fault = faultOfAxis(first, directions) ?? faultOfAxis(second, directions);
    if (fault) return fault;
    const name = `${first.code} with ${second.code}`;
    if (!scored.has(first.code) || !scored.has(second.code)) return `${name} lacks a table of its own`;
    const fits =
      points.length === first.cuts.length + 3 && points.every((row) => row.length === second.cuts.length + 3);
    if (!fits) return `${name} has other points than bins`;
  }
  return undefined;
}

function faultOfAxis(axis: PairAxis, directions: ReadonlyMap<string, Direction>): string | undefined {
  const direction = directions.get(axis.code);
  if (direction === undefined) return `${axis.code} is no characteristic`;
  if (direction !== axis.risk) return `${axis.code} has another direction`;
  const rising = axis.cuts.every((cut, index) => index === 0 || cut > (axis.cuts[index - 1] ?? cut));
  return rising ? undefined : `the cuts of ${axis.code} do not rise`;
}
