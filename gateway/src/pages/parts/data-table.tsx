import type { ComponentChildren, VNode } from 'preact';

export type Column = { label: string; number?: boolean };

/** A table whose first column names its rows. On a phone each row is a list of its figures with their names. */
export function DataTable(props: {
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly ComponentChildren[])[];
}): VNode {
  const { caption, columns, rows } = props;
  const [head, ...others] = columns;
  return (
    <table class="listed">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ label, number }) => (
            <th scope="col" class={number ? 'number' : undefined}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr>
            <th scope="row" class={head?.number ? 'number' : undefined}>
              {name}
            </th>
            {cells.map((cell, index) => (
              <td class={others[index]?.number ? 'number' : undefined} data-label={others[index]?.label}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
