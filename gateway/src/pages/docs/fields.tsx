import type { VNode } from 'preact';
import type { Contract, Schema } from './contract.ts';
import { Line } from './prose.tsx';

const deepest = 4;

/** What a schema is made of, one row for each field, those of objects in objects below them. */
export function Fields({ contract, schema }: { contract: Contract; schema: Schema }): VNode | null {
  const rows = rowsOf(contract, schema, '', 0);
  if (rows.length === 0) return null;
  return (
    <table class="fields">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, schema: field, isRequired }) => (
          <Row contract={contract} name={name} schema={field} isRequired={isRequired} />
        ))}
      </tbody>
    </table>
  );
}

/** One field or parameter: its name and type, whether it is needed, and what it means. */
export function Row(props: {
  contract: Contract;
  name: string;
  schema: Schema;
  isRequired: boolean;
  description?: string | undefined;
  place?: string;
}): VNode {
  const { contract, name, schema, isRequired, place } = props;
  const resolved = contract.resolve(schema);
  const about = props.description ?? schema.description ?? resolved.description;
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
        <span class="type">{[typeOf(contract, schema), place].filter(Boolean).join(', ')}</span>
        {!isRequired && <span class="type">optional</span>}
      </th>
      <td>
        {about !== undefined &&
          about.split('\n').map((line) => (
            <p>
              <Line text={line} />
            </p>
          ))}
        <Limits schema={withoutNull(contract, schema)} />
      </td>
    </tr>
  );
}

type FieldRow = { name: string; schema: Schema; isRequired: boolean };

function rowsOf(contract: Contract, schema: Schema, prefix: string, depth: number): FieldRow[] {
  const object = objectOf(contract, schema);
  if (!object?.properties || depth >= deepest) return [];
  const needed = new Set(object.required);
  return Object.entries(object.properties).flatMap(([name, field]) => {
    const inner = withoutNull(contract, field);
    const isList = inner.type === 'array';
    const path = `${prefix}${name}`;
    return [
      { name: path, schema: field, isRequired: needed.has(name) },
      ...rowsOf(contract, field, `${path}${isList ? '[]' : ''}.`, depth + 1),
    ];
  });
}

/** The object that a schema means, also as what may be null, or as the items of a list. */
function objectOf(contract: Contract, schema: Schema): Schema | undefined {
  const found = withoutNull(contract, schema);
  if (found.type === 'array' && found.items) return objectOf(contract, found.items);
  return found.properties ? found : undefined;
}

function withoutNull(contract: Contract, schema: Schema): Schema {
  const resolved = contract.resolve(schema);
  const choices = (resolved.anyOf ?? resolved.oneOf)?.filter(({ type }) => type !== 'null');
  const [only] = choices ?? [];
  return only && choices?.length === 1 ? withoutNull(contract, only) : resolved;
}

function typeOf(contract: Contract, schema: Schema): string {
  const resolved = contract.resolve(schema);
  const choices = resolved.anyOf ?? resolved.oneOf;
  if (choices) return [...new Set(choices.map((choice) => typeOf(contract, choice)))].join(' or ');
  if (Array.isArray(resolved.type)) return resolved.type.join(' or ');
  if (resolved.type === 'array')
    return `list of ${resolved.items ? typeOf(contract, resolved.items) : 'any'}`;
  if (resolved.const !== undefined) return JSON.stringify(resolved.const);
  const base = resolved.type ?? 'any';
  return resolved.format === undefined || base !== 'string' ? base : resolved.format;
}

/** What the value must be within. Long lists of names stand where their meaning does, in the description. */
function Limits({ schema }: { schema: Schema }): VNode | null {
  const { enum: names, default: fallback, minimum, maximum, maxLength, maxItems } = schema;
  const hasMaximum = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const limits = [
    fallback !== undefined && `default ${JSON.stringify(fallback)}`,
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && `at least ${minimum}`,
    hasMaximum && `at most ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems} items`,
  ].filter((limit) => limit !== false);
  if (!names?.length && limits.length === 0) return null;
  return (
    <p class="limits">
      {names && names.length <= 30 && names.map((name) => <code>{String(name)}</code>)}
      {limits.join(', ')}
    </p>
  );
}
