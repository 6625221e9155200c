import type { Request } from 'express';
import type { ComponentProps, VNode } from 'preact';
import { DataTable } from '../parts/data-table.tsx';
import { queryOf, withQuery } from '../query.ts';

/** The filter that a list is asked for by `status`; `otherwise` where it is none of these. */
export function filterOf<Filter extends string>(
  req: Request,
  filters: Readonly<Record<Filter, unknown>>,
  otherwise: Filter,
): Filter {
  const asked = queryOf(req, 'status');
  return Object.hasOwn(filters, asked) ? (asked as Filter) : otherwise;
}

/** A list under links to its filters, with a link to what comes after it; `lastId` is undefined at its end. */
export function FilteredTable<Filter extends string>(props: {
  path: string;
  filters: Readonly<Record<Filter, unknown>>;
  filter: Filter;
  labels: Readonly<Record<Filter | 'empty' | 'after', string>>;
  table: ComponentProps<typeof DataTable>;
  lastId: string | undefined;
}): VNode {
  const { path, filters, filter, labels, table, lastId } = props;
  return (
    <section class="card">
      <p class="asides">
        {(Object.keys(filters) as Filter[]).map((name) => (
          <a href={withQuery(path, { status: name })} aria-current={name === filter ? 'true' : undefined}>
            {labels[name]}
          </a>
        ))}
      </p>
      {table.rows.length === 0 ? <p>{labels.empty}</p> : <DataTable {...table} />}
      {lastId !== undefined && (
        <p>
          <a href={withQuery(path, { status: filter, after: lastId })}>{labels.after}</a>
        </p>
      )}
    </section>
  );
}
