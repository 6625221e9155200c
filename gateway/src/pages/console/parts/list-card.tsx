import type { ComponentChildren, VNode } from 'preact';
import { type Column, DataTable } from '../../parts/data-table.tsx';

/** A card with a table, or with what is said where there is nothing. */
export function ListCard(props: {
  id: string;
  title: string;
  hint?: string;
  empty: string;
  columns: readonly Column[];
  rows: readonly (readonly ComponentChildren[])[];
}): VNode {
  const { id, title, hint, empty, columns, rows } = props;
  return (
    <section class="card" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{title}</h2>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {rows.length === 0 ? <p>{empty}</p> : <DataTable caption={title} columns={columns} rows={rows} />}
    </section>
  );
}
